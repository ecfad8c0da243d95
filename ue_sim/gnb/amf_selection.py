"""NAS Node Selection Function: which AMF a UE goes to (TS 23.501 clause 6.3.5, TS 38.410)."""

from __future__ import annotations

import random
from collections.abc import Sequence

from nfs.protocols.ngap import FiveGSTmsi
from ue_sim.gnb.amf import AmfConnection

RNG = random.SystemRandom()


def select_amf(
    amfs: Sequence[AmfConnection], tmsi: FiveGSTmsi | None, rng: random.Random = RNG
) -> AmfConnection:
    """The AMF that the 5G-S-TMSI names, else another of its set, else any, by relative capacity.

    AMFs that say they are overloaded are asked only when all are. Raises ConnectionError.
    """
    candidates = [amf for amf in amfs if amf.available_guamis]
    if not candidates:
        raise ConnectionError("the gNB is not connected to an AMF")
    if tmsi is not None:
        named = [a for a in candidates if (tmsi.set_id, tmsi.pointer) in _names(a)]
        if named:
            return named[0]
        of_set = [a for a in candidates if any(g.set_id == tmsi.set_id for g in a.guamis)]
        candidates = of_set or candidates
    calm = [a for a in candidates if a.overload is None]
    candidates = calm or candidates
    weights = [a.capacity for a in candidates]
    if not any(weights):
        return candidates[0]
    return rng.choices(candidates, weights)[0]


def _names(amf: AmfConnection) -> set[tuple[int, int]]:
    return {(g.set_id, g.pointer) for g in amf.available_guamis}
