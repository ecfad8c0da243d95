"""Slices and DNNs: what UEs ask for, what is subscribed, and what AMF and SMF serve."""

from __future__ import annotations

from collections.abc import Iterator

from nfs.lab.consistency.finding import WARNING, Finding
from nfs.lab.consistency.subscribers import subscription
from nfs.lab.facts import Lab


def have_slices(lab: Lab) -> Iterator[Finding]:
    """Some slice is requested by the UE, subscribed, and served by the AMF (TS 23.501 5.15.5)."""
    served = {s for amf in lab.amfs for s in amf.slices.value}
    for ue in lab.ues:
        requested = ue.requested_nssai
        key = "configured-nssai" if ue.configured_nssai else "default-nssai"
        if lab.amfs and requested and not served & set(requested):
            yield Finding(
                f"slices of the UE: {', '.join(requested)}; of the AMF: {', '.join(served)}",
                (ue.where(key), *(amf.slices.where for amf in lab.amfs)),
                "give UE and AMF a slice in common; `1` and `1-000001` are two",
            )
        subscriber = subscription(lab, ue)
        if subscriber is not None and requested:
            subscribed = set(subscriber.value.slices)
            if not subscribed & set(requested):
                yield Finding(
                    f"slices of the UE: {', '.join(requested)}; subscribed: "
                    f"{', '.join(subscribed)}",
                    (ue.where(key), subscriber.where),
                    "add the slice to the subscriber, or change the UE's",
                )


def have_dnns(lab: Lab) -> Iterator[Finding]:
    served = {d for smf in lab.smfs for d in smf.dnns.value or ()}
    any_dnn = not lab.smfs or any(smf.dnns.value is None for smf in lab.smfs)
    for ue in lab.ues:
        subscriber = subscription(lab, ue)
        for index, session in enumerate(ue.sessions):
            if session.apn is None:
                continue
            place = ue.where("sessions", index, "apn")
            if not any_dnn and session.apn not in served:
                yield Finding(
                    f"no SMF serves DNN {session.apn}; they do {', '.join(sorted(served))}",
                    (place, *(smf.dnns.where for smf in lab.smfs)),
                    "add the DNN to the SMF's pools, or change apn of the UE",
                )
            if subscriber is None:
                continue
            slices = subscriber.value.slices
            wanted = [session.slice.s_nssai] if session.slice else list(slices)
            if not any(session.apn in slices.get(each, ()) for each in wanted):
                yield Finding(
                    f"{ue.supi} has no subscription to DNN {session.apn} in slice "
                    f"{', '.join(wanted)}",
                    (place, subscriber.where),
                    "add the DNN to the subscriber's slice, or change the session of the UE",
                )
    if not any_dnn:
        yield from _subscribed_dnns(lab, served)


def _subscribed_dnns(lab: Lab, served: set[str]) -> Iterator[Finding]:
    for subscribers in lab.subscribers:
        subscribed = {
            dnn for entry in subscribers.value.entries for ds in entry.slices.values() for dnn in ds
        }
        for dnn in sorted(subscribed - served):
            yield Finding(
                f"DNN {dnn} is subscribed, and no SMF serves it",
                (subscribers.where, *(smf.dnns.where for smf in lab.smfs)),
                "add the DNN to the SMF's pools",
                WARNING,
            )
