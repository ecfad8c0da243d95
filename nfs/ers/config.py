"""Configuration of the ERS."""

from __future__ import annotations

from nfs.common.nf import NfConfig


class ErsConfig(NfConfig):
    port: int = 7718
