"""Network Repository Function (TS 23.501 clause 6.2.6)."""
