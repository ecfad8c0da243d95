"""The service-based interface (TS 29.500, TS 29.501): server, client, problem details."""
