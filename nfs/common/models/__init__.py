"""Bodies of the service-based interface, one file per service (TS 29.5xx and the testbed's own)."""
