"""What UERANSIM's configuration files hold, as they write it."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from nfs.common.identities import Snssai
from ue_sim.config.document import Section


def _number(value: object) -> object:
    """``0x10`` is hexadecimal, all else decimal; leading zeros do not count."""
    if not isinstance(value, str):
        return value
    try:
        return int(value, 16 if value.lower().startswith("0x") else 10)
    except ValueError:
        raise ValueError("give a number, decimal or as 0x...") from None


def _address(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise ValueError("give an IPv4 or IPv6 address") from None


def _hex(digits: int) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) != digits or not all(c in "0123456789abcdefABCDEF" for c in value):
            raise ValueError(f"give {digits} hexadecimal digits")
        return value

    return AfterValidator(check)


Number = Annotated[int, BeforeValidator(_number)]
Octet = Annotated[Number, Field(ge=0, le=255)]
Address = Annotated[str, AfterValidator(_address)]
Mcc = Annotated[str, Field(pattern=r"^[0-9]{3}$")]
Mnc = Annotated[str, Field(pattern=r"^[0-9]{2,3}$")]
Key = Annotated[str, _hex(32)]
AmfField = Annotated[str, _hex(4)]
PublicKey = Annotated[
    str, Field(pattern=r"^([0-9A-Fa-f]{64}|0[23][0-9A-Fa-f]{64}|04[0-9A-Fa-f]{128})$")
]
"""X25519, or P-256 compressed or not (TS 33.501 annex C.3)."""


class Slice(Section):
    sst: Octet
    sd: Annotated[Number, Field(ge=0, le=0xFFFFFF)] | None = None

    @property
    def s_nssai(self) -> str:
        """``1`` or ``1-010203``."""
        return str(Snssai(self.sst, None if self.sd is None else f"{self.sd:06x}"))
