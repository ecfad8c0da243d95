"""What names and words in slots mean to this operator: devices, places, networks, constraints."""
