"""Authentication, key derivation and NAS algorithms of TS 33.501: pure functions of octets."""
