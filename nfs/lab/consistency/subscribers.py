"""UEs and the UDM: subscriptions and keys."""

from __future__ import annotations

from collections.abc import Iterator

from nfs.lab.consistency.finding import WARNING, Finding
from nfs.lab.facts import Lab, Stated
from nfs.protocols.crypto.milenage import Milenage
from nfs.udm.subscribers import Subscriber
from ue_sim.config import UeFile

_SEPARATION_BIT = 0x80


def subscription(lab: Lab, ue: UeFile) -> Stated[Subscriber] | None:
    for subscribers in lab.subscribers:
        if (found := subscribers.value.get(ue.supi)) is not None:
            return Stated(found, subscribers.where)
    return None


def are_provisioned(lab: Lab) -> Iterator[Finding]:
    for ue in lab.ues:
        if lab.subscribers and subscription(lab, ue) is None:
            yield Finding(
                f"the UDM has no subscriber {ue.supi}",
                (ue.where("supi"), *(s.where for s in lab.subscribers)),
                f"add it to the subscribers file: `agentnf import ueransim {ue.path}`",
            )


def are_different(lab: Lab) -> Iterator[Finding]:
    seen: dict[str, UeFile] = {}
    for ue in lab.ues:
        other = seen.setdefault(ue.supi, ue)
        if other is not ue:
            places = other.where("supi"), ue.where("supi")
            yield Finding(f"two UEs are {ue.supi}", places, "give each its own SUPI", WARNING)


def have_the_same_keys(lab: Lab) -> Iterator[Finding]:
    for ue in lab.ues:
        subscriber = subscription(lab, ue)
        if subscriber is None:
            continue
        k = bytes.fromhex(subscriber.value.k)
        if k != bytes.fromhex(ue.key):
            problem = f"K of {ue.supi} is another in the UE than in the UDM"
            places = ue.where("key"), subscriber.where
            yield Finding(problem, places, "give both the same K")
        else:
            yield from _operator_key(k, ue, subscriber)
        if not bytes.fromhex(subscriber.value.amf)[0] & _SEPARATION_BIT:
            yield Finding(
                f"the separation bit of the AMF field of {ue.supi} is not set: no 5G-AKA",
                (subscriber.where,),
                "set `amf` of the subscriber to 8000",
            )


def _operator_key(k: bytes, ue: UeFile, subscriber: Stated[Subscriber]) -> Iterator[Finding]:
    given = bytes.fromhex(ue.op)
    theirs = _opc(k, subscriber.value)
    ours = given if ue.op_type == "OPC" else Milenage.opc_from_op(k, given)
    if ours == theirs:
        return
    places = ue.where("op"), subscriber.where
    other = Milenage.opc_from_op(k, given) if ue.op_type == "OPC" else given
    if other == theirs:
        problem = f"op of {ue.supi} is said to be {ue.op_type}, and is the other one"
        yield Finding(problem, (ue.where("opType"), subscriber.where), "change opType of the UE")
    else:
        problem = f"OPc of {ue.supi} is another in the UE than in the UDM"
        yield Finding(problem, places, "give both the same OPc, or the same OP")


def _opc(k: bytes, subscriber: Subscriber) -> bytes:
    if subscriber.opc is not None:
        return bytes.fromhex(subscriber.opc)
    return Milenage.opc_from_op(k, bytes.fromhex(subscriber.op or ""))
