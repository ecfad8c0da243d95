"""Who the UE is, and its NAS security context (TS 33.501 clause 6, TS 24.501 clause 5.4)."""
