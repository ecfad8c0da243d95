"""Intent Analysis Function: the network function with agent capability (requirement L2)."""
