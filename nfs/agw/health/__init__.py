"""Health of agents: what they report, and what requests find."""
