"""gNBs and AMFs: addresses, PLMN, tracking areas, slices, identities."""

from __future__ import annotations

from collections.abc import Iterator

from nfs.lab.consistency.finding import WARNING, Finding
from nfs.lab.facts import AmfFacts, Lab
from nfs.transports.endpoints import Endpoint
from ue_sim.config import GnbFile

_ANY = {"0.0.0.0", "::"}  # noqa: S104 - read, not bound


def reach_an_amf(lab: Lab) -> Iterator[Finding]:
    """Each AMF that a gNB names listens there, with that transport."""
    if not lab.amfs:
        return
    listening = [(amf, Endpoint.parse(url)) for amf in lab.amfs for url in amf.n2.value]
    places = tuple(amf.n2.where for amf in lab.amfs)
    for gnb in lab.gnbs:
        for index, target in enumerate(gnb.amf_configs):
            there = [e for _, e in listening if _listens(e, target.address, target.port)]
            here = gnb.where("amfConfigs", index)
            if not there:
                ends = ", ".join(f"{','.join(e.hosts)}:{e.port}" for _, e in listening)
                yield Finding(
                    f"no AMF listens at {target.address}:{target.port}; the AMFs do at {ends}",
                    (here, *places),
                    "set amfConfigs of the gNB, or the AMF's N2 address",
                )
            elif target.transport and all(e.scheme != target.transport for e in there):
                yield Finding(
                    f"the gNB speaks {target.transport}, the AMF {there[0].scheme}",
                    (here, *places),
                    "give both the same transport, or use the preload library",
                )


def _listens(endpoint: Endpoint, address: str, port: int) -> bool:
    return endpoint.port == port and bool({address, *_ANY} & set(endpoint.hosts))


def are_accepted(lab: Lab) -> Iterator[Finding]:
    """NG Setup: an AMF serves the gNB's PLMN and tracking area (TS 38.413 clause 8.7.1.4)."""
    for gnb in lab.gnbs:
        plmn, tac = gnb.plmn, gnb.tac
        serving = [amf for amf in lab.amfs if plmn in amf.plmns.value]
        if lab.amfs and not serving:
            served = ", ".join(sorted({p for amf in lab.amfs for p in amf.plmns.value}))
            yield Finding(
                f"the gNB broadcasts PLMN {plmn}, the AMF serves {served}",
                (gnb.where("mcc"), *(amf.plmns.where for amf in lab.amfs)),
                "set mcc and mnc of the gNB, or the AMF's PLMN",
            )
        elif serving and all(tac not in amf.tacs.value for amf in serving):
            served = ", ".join(str(t) for amf in serving for t in amf.tacs.value)
            yield Finding(
                f"the gNB is in TAC {tac}, the AMF serves {served}",
                (gnb.where("tac"), *(amf.tacs.where for amf in serving)),
                "set tac of the gNB, or add it to the AMF's tracking areas",
            )
        elif serving:
            yield from _slices(gnb, serving)


def _slices(gnb: GnbFile, serving: list[AmfFacts]) -> Iterator[Finding]:
    offered = [each.s_nssai for each in gnb.slices]
    served = {s for amf in serving for s in amf.slices.value}
    places = gnb.where("slices"), *(amf.slices.where for amf in serving)
    missing = [s for s in offered if s not in served]
    if len(missing) == len(offered):
        yield Finding(
            f"slices of the gNB: {', '.join(offered)}; of the AMF: {', '.join(sorted(served))}",
            places,
            "give gNB and AMF a slice in common; `1` and `1-000001` are two",
        )
    elif missing:
        problem = f"the AMF does not serve slice {', '.join(missing)} of the gNB"
        yield Finding(problem, places, "add it to the AMF, or take it from the gNB", WARNING)


def are_different(lab: Lab) -> Iterator[Finding]:
    seen: dict[tuple[str, int], GnbFile] = {}
    for gnb in lab.gnbs:
        identity = gnb.plmn, gnb.to_config().gnb_id
        other = seen.setdefault(identity, gnb)
        if other is not gnb:
            yield Finding(
                f"two gNBs have the identity {identity[1]}",
                (other.where("nci"), gnb.where("nci")),
                "give each gNB its own nci",
            )


def are_found_by_ues(lab: Lab) -> Iterator[Finding]:
    """A cell of the UE's PLMN, at an address that the UE looks at."""
    for ue in lab.ues:
        if lab.gnbs and all(gnb.plmn != ue.plmn for gnb in lab.gnbs):
            broadcast = ", ".join(gnb.plmn for gnb in lab.gnbs)
            yield Finding(
                f"the UE is of PLMN {ue.plmn}, gNBs broadcast {broadcast}",
                (ue.where("mcc"), *(gnb.where("mcc") for gnb in lab.gnbs)),
                "set mcc, mnc and supi of the UE, or mcc and mnc of the gNB",
            )
        links = {gnb.link_ip for gnb in lab.gnbs}
        if lab.gnbs and ue.gnb_search_list and not links & set(ue.gnb_search_list):
            yield Finding(
                f"the UE looks for gNBs at {', '.join(ue.gnb_search_list)}; they are at "
                f"{', '.join(sorted(links))}",
                (ue.where("gnbSearchList"), *(gnb.where("linkIp") for gnb in lab.gnbs)),
                "add linkIp of a gNB to gnbSearchList of the UE",
            )
