"""AgentNF: the network functions of an agent-enabled 6G core."""

__version__ = "0.1.0"
