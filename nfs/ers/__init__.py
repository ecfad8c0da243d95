"""External Resource Service: tools that agents call over MCP (requirements K1, K2)."""
