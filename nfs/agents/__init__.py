"""Sample agents of the core: each offers one capability of the taxonomy."""
