"""Where the UE is, may be and goes (TS 23.502 clauses 4.9, 4.10; TS 23.501 clause 5.3.4)."""
