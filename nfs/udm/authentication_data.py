"""Nudm_UEAuthentication Get (TS 29.503 clause 5.4.2.2): 5G-AKA vectors (TS 33.501 6.1.3.2.0)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import structlog

from nfs.common.identities import Suci
from nfs.common.models.udm import ResynchronizationInfo
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import NEW, Conflict
from nfs.protocols.crypto import kdf
from nfs.protocols.crypto.errors import (
    InvalidSchemeOutput,
    MacFailure,
    UnknownHomeNetworkKey,
    UnsupportedScheme,
)
from nfs.protocols.crypto.suci import deconceal
from nfs.udm.subscribers import Subscriber

if TYPE_CHECKING:
    from nfs.udm.app import Udm

log = structlog.get_logger("udm")

_COLLECTION = "sequence-numbers"
_STEP = 32
"""IND is the five low bits of SQN (TS 33.102 annex C.3.2)."""
_SQN_MASK = (1 << 48) - 1


def supi_of(udm: Udm, supi_or_suci: str) -> str:
    """SIDF: the SUPI that a SUCI conceals (TS 33.501 clause 6.12.5)."""
    if not supi_or_suci.startswith("suci-"):
        return supi_or_suci
    try:
        suci = Suci.parse(supi_or_suci)
        supi = deconceal(suci, udm.home_network_keys)
    except ValueError as error:
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", str(error)) from error
    except UnsupportedScheme as error:
        raise SbiProblem(501, "UNSUPPORTED_PROTECTION_SCHEME", error.reason) from error
    except UnknownHomeNetworkKey as error:
        raise SbiProblem(403, "INVALID_HN_PUBLIC_KEY_IDENTIFIER", error.reason) from error
    except InvalidSchemeOutput as error:
        raise SbiProblem(403, "INVALID_SCHEME_OUTPUT", error.reason) from error
    if suci.plmn != udm.home:
        detail = f"{supi_or_suci} is of PLMN {suci.plmn}, this home network is {udm.home}"
        raise SbiProblem(404, "USER_NOT_FOUND", detail)
    return supi


def generate(
    udm: Udm, supi: str, network: str, resync: ResynchronizationInfo | None
) -> dict[str, Any]:
    """A vector with a sequence number that was never used before, in the store before it leaves."""
    subscriber = udm.subscriber(supi)
    milenage = subscriber.milenage
    if resync is not None:
        _resynchronise(udm, subscriber, resync)
    sqn = _next_sqn(udm, supi)
    rand = secrets.token_bytes(16)
    amf = bytes.fromhex(subscriber.amf)
    vector = milenage.generate_vector(rand, sqn, amf)
    ck, ik = vector.ck, vector.ik
    return {
        "authType": "5G_AKA",
        "authenticationVector": {
            "avType": "5G_HE_AKA",
            "rand": rand.hex(),
            "autn": vector.autn.hex(),
            "xresStar": kdf.res_star(ck, ik, network, rand, vector.xres).hex(),
            "kausf": kdf.k_ausf(ck, ik, network, vector.autn[:6]).hex(),
        },
        "supi": supi,
    }


def _next_sqn(udm: Udm, supi: str) -> bytes:
    """No other instance gives out the same: whoever was late takes the next."""
    while True:
        document = udm.store.get(_COLLECTION, supi)
        sqn = ((document.value["sqn"] if document else 0) + _STEP) & _SQN_MASK
        version = document.version if document else NEW
        try:
            udm.store.put(_COLLECTION, supi, {"sqn": sqn}, expect=version)
        except Conflict:
            continue
        return sqn.to_bytes(6)


def _resynchronise(udm: Udm, subscriber: Subscriber, resync: ResynchronizationInfo) -> None:
    """Take the USIM's sequence number over, if it proves to be the USIM's (TS 33.102 6.3.5)."""
    try:
        sqn = subscriber.milenage.verify_auts(
            bytes.fromhex(resync.rand), bytes.fromhex(resync.auts)
        )
    except MacFailure as error:
        detail = f"AUTS of {subscriber.supi} does not verify: compare K and OPc on both sides"
        raise SbiProblem(403, "AUTHENTICATION_REJECTED", detail) from error
    udm.store.put(_COLLECTION, subscriber.supi, {"sqn": int.from_bytes(sqn)})
    log.info("sequence number re-synchronised", supi=subscriber.supi)
