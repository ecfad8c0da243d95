"""ARP, Agent Registration Protocol (MACP 5.1): agents come, change, move and go."""
