"""From SUCI to SUPI at the home network (TS 33.501 clause 6.12.2, TS 23.003 clause 2.2B)."""

from __future__ import annotations

import re

from nfs.common.identities import Suci
from nfs.protocols.crypto.errors import InvalidSuci, UnsupportedScheme

NULL_SCHEME = 0

_IMSI = re.compile(r"[0-9]{6,15}")


def deconceal(suci: Suci) -> str:
    """The SUPI, ``imsi-999700000000001``.

    Raises UnsupportedScheme for any scheme but the null scheme, InvalidSuci when the scheme output
    and PLMN do not make an IMSI of 6 to 15 digits.
    """
    if suci.scheme != NULL_SCHEME:
        raise UnsupportedScheme(f"protection scheme {suci.scheme} of {suci.plmn} is not supported")
    imsi = suci.plmn.mcc + suci.plmn.mnc + suci.scheme_output
    if not _IMSI.fullmatch(imsi):
        raise InvalidSuci("the scheme output does not hold the digits of an MSIN")
    return f"imsi-{imsi}"
