"""Transports of N2: kernel SCTP, framed TCP where there is none, and memory inside one process."""

from nfs.transports.endpoints import connect, listen

__all__ = ["connect", "listen"]
