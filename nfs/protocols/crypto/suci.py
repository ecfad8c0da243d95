"""SUPI to SUCI at the UE, and back at the home network (TS 33.501 clause 6.12, annex C).

SUPIs are of type IMSI, and their text is ``imsi-999700000000001``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nfs.common.identities import Plmn, Suci
from nfs.protocols.crypto.ecies import PROFILES
from nfs.protocols.crypto.errors import (
    InvalidSchemeOutput,
    UnknownHomeNetworkKey,
    UnsupportedScheme,
)
from nfs.protocols.crypto.home_network_key import HomeNetworkKey

NULL_SCHEME = 0

_IMSI = re.compile(r"[0-9]{6,15}")
_HEX = re.compile(r"([0-9A-Fa-f]{2})*")


def conceal(
    msin: str,
    home: Plmn,
    *,
    routing_indicator: str = "0000",
    scheme: int = NULL_SCHEME,
    key_id: int = 0,
    public_key: bytes = b"",
) -> Suci:
    """A fresh SUCI, another one each time unless under the null scheme.

    Raises UnsupportedScheme, and InvalidKey when ``public_key`` is none of the scheme.
    """
    if scheme == NULL_SCHEME:
        return Suci(home, routing_indicator, NULL_SCHEME, 0, msin)
    if scheme not in PROFILES:
        raise UnsupportedScheme(f"protection scheme {scheme} is not supported")
    output = PROFILES[scheme].conceal(public_key, _bcd(msin))
    return Suci(home, routing_indicator, scheme, key_id, output.hex())


def deconceal(suci: Suci, keys: Iterable[HomeNetworkKey] = ()) -> str:
    """The SUPI, with the one of ``keys`` that the SUCI names.

    Raises UnsupportedScheme, UnknownHomeNetworkKey, and InvalidSchemeOutput, also when scheme
    output and PLMN do not make an IMSI of 6 to 15 digits.
    """
    msin = suci.scheme_output if suci.scheme == NULL_SCHEME else _reveal(suci, keys)
    imsi = suci.plmn.mcc + suci.plmn.mnc + msin
    if not _IMSI.fullmatch(imsi):
        raise InvalidSchemeOutput("the scheme output does not hold the digits of an MSIN")
    return f"imsi-{imsi}"


def _reveal(suci: Suci, keys: Iterable[HomeNetworkKey]) -> str:
    profile = PROFILES.get(suci.scheme)
    if profile is None:
        raise UnsupportedScheme(f"protection scheme {suci.scheme} is not supported")
    found = (key for key in keys if (key.id, key.scheme) == (suci.home_key_id, suci.scheme))
    key = next(found, None)
    if key is None:
        raise UnknownHomeNetworkKey(
            f"the home network has no key {suci.home_key_id} of protection scheme {suci.scheme}"
        )
    if not _HEX.fullmatch(suci.scheme_output):
        raise InvalidSchemeOutput("the scheme output is no octets in hex")
    return _digits(profile.reveal(key.private_key, bytes.fromhex(suci.scheme_output)))


def _bcd(digits: str) -> bytes:
    """Two digits an octet, the first in the low half-octet; 15 fills the last one up."""
    padded = digits + "f" * (len(digits) % 2)
    return bytes(int(padded[i + 1] + padded[i], 16) for i in range(0, len(padded), 2))


def _digits(octets: bytes) -> str:
    return "".join(f"{o & 15:x}{o >> 4:x}" for o in octets).removesuffix("f")
