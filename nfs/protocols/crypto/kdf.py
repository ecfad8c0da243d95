"""The keys of the 5G hierarchy (TS 33.501 annex A) over the KDF of TS 33.220 annex B.2.

Keys above the NAS keys have 32 octets, NAS keys, RES* and HRES* have 16. ``serving_network_name``
is the text of TS 24.501 clause 9.12.1, as in ``Plmn.serving_network_name``.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from nfs.protocols.crypto.errors import InvalidLength
from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm

ACCESS_3GPP: Final = 1
"""Access type distinguisher of TS 33.501 annex A.9."""

_N_NAS_ENC: Final = 1
_N_NAS_INT: Final = 2


def kdf(key: bytes, fc: int, *parameters: bytes) -> bytes:
    """HMAC-SHA-256 over FC || P0 || L0 || P1 || L1 ...; 32 octets.

    Raises InvalidLength for a parameter of more than 65535 octets.
    """
    if any(len(parameter) > 0xFFFF for parameter in parameters):
        raise InvalidLength("a parameter of the KDF has at most 65535 octets")
    s = bytes((fc,)) + b"".join(p + len(p).to_bytes(2) for p in parameters)
    return hmac.digest(key, s, hashlib.sha256)


def k_ausf(ck: bytes, ik: bytes, serving_network_name: str, sqn_xor_ak: bytes) -> bytes:
    """Annex A.2; ``sqn_xor_ak`` is the first six octets of AUTN."""
    return kdf(ck + ik, 0x6A, serving_network_name.encode(), sqn_xor_ak)


def res_star(ck: bytes, ik: bytes, serving_network_name: str, rand: bytes, res: bytes) -> bytes:
    """RES* and XRES*, annex A.4."""
    return kdf(ck + ik, 0x6B, serving_network_name.encode(), rand, res)[16:]


def hres_star(rand: bytes, res_star: bytes) -> bytes:
    """HRES* and HXRES*, annex A.5."""
    return hashlib.sha256(rand + res_star).digest()[16:]


def k_seaf(k_ausf: bytes, serving_network_name: str) -> bytes:
    """Annex A.6."""
    return kdf(k_ausf, 0x6C, serving_network_name.encode())


def k_amf(k_seaf: bytes, supi_digits: str, abba: bytes) -> bytes:
    """Annex A.7.0; ``supi_digits`` are those of the IMSI, without ``imsi-``."""
    return kdf(k_seaf, 0x6D, supi_digits.encode(), abba)


def k_nas_int(k_amf: bytes, algorithm: IntegrityAlgorithm) -> bytes:
    """Annex A.8."""
    return _algorithm_key(k_amf, _N_NAS_INT, algorithm)


def k_nas_enc(k_amf: bytes, algorithm: CipheringAlgorithm) -> bytes:
    """Annex A.8."""
    return _algorithm_key(k_amf, _N_NAS_ENC, algorithm)


def k_gnb(k_amf: bytes, uplink_count: int, access_type: int = ACCESS_3GPP) -> bytes:
    """Annex A.9; ``uplink_count`` is the 24-bit uplink NAS COUNT."""
    return kdf(k_amf, 0x6E, uplink_count.to_bytes(4), bytes((access_type,)))


def nh(k_amf: bytes, sync_input: bytes) -> bytes:
    """Annex A.10; ``sync_input`` is KgNB for the first NH, then the previous NH."""
    return kdf(k_amf, 0x6F, sync_input)


def _algorithm_key(k_amf: bytes, distinguisher: int, algorithm: int) -> bytes:
    return kdf(k_amf, 0x69, bytes((distinguisher,)), bytes((algorithm,)))[16:]
