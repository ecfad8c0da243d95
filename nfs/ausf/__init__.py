"""Authentication Server Function (TS 23.501 clause 6.2.8)."""
