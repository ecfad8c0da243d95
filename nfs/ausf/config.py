"""Configuration of the AUSF."""

from __future__ import annotations

from nfs.common.nf import NfConfig


class AusfConfig(NfConfig):
    port: int = 7711
    context_seconds: float = 60.0
    """How long the response to a challenge is waited for."""
