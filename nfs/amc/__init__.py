"""AMC, agent management center: identities and credentials of agents (MACP 4.2)."""
