"""The Extensible Authentication Protocol (RFC 3748) with EAP-AKA' (RFC 9048): no I/O."""
