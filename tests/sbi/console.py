"""An operator's console in the process of the NFs."""

from __future__ import annotations

from nfs.common.nf import NetworkFunction, NfConfig, Platform


class Console(NetworkFunction):
    """Of the NF type that audit trails and rules are for."""

    nf_type = "OAM"

    def __init__(self, platform: Platform) -> None:
        super().__init__(NfConfig(port=7799), platform, title="console")
