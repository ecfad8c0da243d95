"""Nudm_UEAuthentication Get (TS 29.503 clause 5.4.2.2): vectors of 5G-AKA and EAP-AKA'."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from nfs.common.identities import Suci
from nfs.common.models.udm import ResynchronizationInfo
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import NEW, Conflict
from nfs.protocols.crypto import kdf
from nfs.protocols.crypto.aka import AuthenticationVector
from nfs.protocols.crypto.errors import (
    InvalidSchemeOutput,
    MacFailure,
    UnknownHomeNetworkKey,
    UnsupportedScheme,
)
from nfs.protocols.crypto.sequence_number import following, resynchronised
from nfs.protocols.crypto.suci import deconceal
from nfs.protocols.eap.keys import ck_ik_prime
from nfs.udm.subscribers import Subscriber

if TYPE_CHECKING:
    from nfs.udm.app import Udm

log = structlog.get_logger("udm")

_COLLECTION = "sequence-numbers"


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
    """AuthenticationInfoResult, by the subscriber's authentication method."""
    subscriber = udm.subscriber(supi)
    if resync is not None:
        _resynchronise(udm, subscriber, resync)
    sqn = _next_sqn(udm, supi)
    amf = bytes.fromhex(subscriber.amf)
    vector = subscriber.functions.generate_vector(secrets.token_bytes(16), sqn, amf)
    if subscriber.authentication_method == "EAP_AKA_PRIME":
        authentication_vector = _eap_aka_prime(vector, network)
    else:
        authentication_vector = _5g_aka(vector, network)
    return {
        "authType": subscriber.authentication_method,
        "authenticationVector": authentication_vector,
        "supi": supi,
    }


def _5g_aka(vector: AuthenticationVector, network: str) -> dict[str, str]:
    """The 5G home environment vector (TS 33.501 clause 6.1.3.2.0, step 1)."""
    ck, ik, rand = vector.ck, vector.ik, vector.rand
    return {
        "avType": "5G_HE_AKA",
        "rand": rand.hex(),
        "autn": vector.autn.hex(),
        "xresStar": kdf.res_star(ck, ik, network, rand, vector.xres).hex(),
        "kausf": kdf.k_ausf(ck, ik, network, vector.autn[:6]).hex(),
    }


def _eap_aka_prime(vector: AuthenticationVector, network: str) -> dict[str, str]:
    """The transformed vector AV' (TS 33.501 clause 6.1.3.1, step 1)."""
    ck_prime, ik_prime = ck_ik_prime(vector.ck, vector.ik, network, vector.autn[:6])
    return {
        "avType": "EAP_AKA_PRIME",
        "rand": vector.rand.hex(),
        "autn": vector.autn.hex(),
        "xres": vector.xres.hex(),
        "ckPrime": ck_prime.hex(),
        "ikPrime": ik_prime.hex(),
    }


def _next_sqn(udm: Udm, supi: str) -> bytes:
    """A sequence number that was never used before, in the store before it leaves."""
    return _change_sqn(udm, supi, following).to_bytes(6)


def _resynchronise(udm: Udm, subscriber: Subscriber, resync: ResynchronizationInfo) -> None:
    """Follow the USIM's sequence number, if it proves to be the USIM's (TS 33.102 6.3.5)."""
    try:
        sqn_ms = subscriber.functions.verify_auts(
            bytes.fromhex(resync.rand), bytes.fromhex(resync.auts)
        )
    except MacFailure as error:
        detail = f"AUTS of {subscriber.supi} does not verify: compare K and OPc on both sides"
        raise SbiProblem(403, "AUTHENTICATION_REJECTED", detail) from error
    _change_sqn(udm, subscriber.supi, lambda sqn: resynchronised(sqn, int.from_bytes(sqn_ms)))
    log.info("sequence number re-synchronised", supi=subscriber.supi)


def _change_sqn(udm: Udm, supi: str, change: Callable[[int], int]) -> int:
    """No other instance gives out the same: whoever was late takes the next."""
    while True:
        document = udm.store.get(_COLLECTION, supi)
        sqn = change(document.value["sqn"] if document else 0)
        version = document.version if document else NEW
        try:
            udm.store.put(_COLLECTION, supi, {"sqn": sqn}, expect=version)
        except Conflict:
            continue
        return sqn
