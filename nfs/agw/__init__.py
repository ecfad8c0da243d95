"""AGW, agent gateway: registration, capability directory, discovery, routing (MACP 4.3)."""
