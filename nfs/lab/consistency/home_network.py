"""The home network: one PLMN in all files, and keys that SUCIs are concealed for."""

from __future__ import annotations

from collections.abc import Iterator

from nfs.lab.consistency.finding import Finding
from nfs.lab.facts import Lab


def same_plmn(lab: Lab) -> Iterator[Finding]:
    amfs = {plmn for amf in lab.amfs for plmn in amf.plmns.value}
    places = tuple(amf.plmns.where for amf in lab.amfs)
    if not amfs:
        return
    for stated in lab.plmns:
        if stated.value not in amfs:
            problem = f"PLMN {stated.value} here, {', '.join(sorted(amfs))} at the AMF"
            yield Finding(problem, (stated.where, *places), "give all NFs one PLMN")
    for ue in lab.ues:
        if ue.plmn not in amfs:
            yield Finding(
                f"the UE is of PLMN {ue.plmn}, the AMF serves {', '.join(sorted(amfs))}",
                (ue.where("mcc"), *places),
                "set mcc, mnc and supi of the UE, or the AMF's PLMN",
            )


def keys_of_sucis(lab: Lab) -> Iterator[Finding]:
    """The UE conceals for a key that the UDM has (TS 33.501 annex C.3)."""
    for ue in lab.ues:
        if not lab.udms or not ue.protection_scheme:
            continue
        identity, scheme = ue.home_network_public_key_id, ue.protection_scheme
        here = ue.where("homeNetworkPublicKeyId")
        found = [k for k in lab.home_keys if (k.value.id, k.value.scheme) == (identity, scheme)]
        if not found:
            yield Finding(
                f"the UDM has no home network key {identity} of scheme {scheme}",
                (here, *lab.udms),
                "add the key to the UDM (home_network_keys), or set protectionScheme 0",
            )
        elif all(not _same(k.value.public_key, ue.home_network_public_key or "") for k in found):
            yield Finding(
                f"home network key {identity} of the UE is not the UDM's",
                (ue.where("homeNetworkPublicKey"), *(k.where for k in found)),
                f"set homeNetworkPublicKey to {found[0].value.public_key.hex()}",
            )


def _same(public_key: bytes, given: str) -> bool:
    """A P-256 point compressed or not is the same key."""
    octets = bytes.fromhex(given)
    if len(octets) == 65:
        octets = bytes((2 + (octets[-1] & 1),)) + octets[1:33]
    return octets == public_key
