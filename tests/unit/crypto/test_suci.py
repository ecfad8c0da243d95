from __future__ import annotations

import pytest

from nfs.common.identities import Plmn, Suci
from nfs.protocols.crypto.errors import InvalidSuci, UnsupportedScheme
from nfs.protocols.crypto.suci import deconceal


@pytest.mark.parametrize(
    ("suci", "supi"),
    [
        ("suci-0-999-70-0000-0-0-0000000001", "imsi-999700000000001"),
        ("suci-0-001-001-0000-0-0-123456789", "imsi-001001123456789"),
    ],
)
def test_null_scheme(suci: str, supi: str) -> None:
    assert deconceal(Suci.parse(suci)) == supi


@pytest.mark.parametrize("scheme", [1, 2, 12])
def test_other_schemes_are_refused_by_number(scheme: int) -> None:
    with pytest.raises(UnsupportedScheme, match=f"scheme {scheme} "):
        deconceal(Suci(Plmn("999", "70"), "0000", scheme, 1, "00" * 45))


@pytest.mark.parametrize("output", ["", "a", "12345678901", "12 4567", "٣٤٥٦٧٨", "1234567\n"])
def test_scheme_output_that_is_no_msin(output: str) -> None:
    with pytest.raises(InvalidSuci):
        deconceal(Suci(Plmn("999", "70"), "0000", 0, 0, output))
