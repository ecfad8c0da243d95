"""Connection management: CM-IDLE, CM-CONNECTED (TS 23.502 clauses 4.2.3, 4.2.5, 4.2.6)."""
