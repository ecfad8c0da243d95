"""Credentials: certificates and tokens, how they are issued, renewed and revoked."""
