"""Values of NAS information elements and their octets (TS 24.501 clause 9.11)."""
