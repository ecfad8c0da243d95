"""Unified Data Management, with its repository (TS 23.501 clauses 6.2.7, 6.2.11)."""
