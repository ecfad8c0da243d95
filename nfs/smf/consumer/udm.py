"""Nudm_SDM (TS 29.503) as the SMF uses it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from nfs.common.bit_rate import bits_per_second
from nfs.common.identities import Snssai
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import PduSessionType

_TYPES = dict(PduSessionType.__members__)
_SSC_MODES = {"SSC_MODE_1": 1, "SSC_MODE_2": 2, "SSC_MODE_3": 3}


@dataclass(frozen=True, slots=True)
class SessionSubscription:
    """What the subscriber may have in one DNN of one slice; rates in bits per second."""

    session_types: tuple[PduSessionType, ...]
    """The default one first; so the SSC modes."""
    ssc_modes: tuple[int, ...]
    five_qi: int
    priority_level: int
    ambr_downlink_bps: int
    ambr_uplink_bps: int


async def session_subscription(
    nf: NetworkFunction, supi: str, s_nssai: Snssai, dnn: str
) -> SessionSubscription:
    """Raises SbiProblem 404 when the DNN is not subscribed in the slice."""
    params = {"single-nssai": json.dumps(s_nssai.to_json()), "dnn": dnn}
    answer = await nf.call("UDM", "nudm-sdm", "GET", f"/nudm-sdm/v2/{supi}/sm-data", params=params)
    entries: list[dict[str, Any]] = answer.json()
    for entry in entries:
        configuration = entry.get("dnnConfigurations", {}).get(dnn)
        if configuration is not None:
            return _parse(configuration)
    raise SbiProblem(404, "DATA_NOT_FOUND", f"{supi} has no DNN {dnn} in slice {s_nssai}")


def _parse(configuration: dict[str, Any]) -> SessionSubscription:
    types = configuration["pduSessionTypes"]
    modes = configuration.get("sscModes", {})
    qos = configuration.get("5gQosProfile", {})
    ambr = configuration["sessionAmbr"]
    named = [types["defaultSessionType"], *types.get("allowedSessionTypes", ())]
    ssc = [modes.get("defaultSscMode", "SSC_MODE_1"), *modes.get("allowedSscModes", ())]
    return SessionSubscription(
        session_types=tuple(
            PduSessionType[name] for name in dict.fromkeys(named) if name in _TYPES
        ),
        ssc_modes=tuple(_SSC_MODES[name] for name in dict.fromkeys(ssc) if name in _SSC_MODES),
        five_qi=qos.get("5qi", 9),
        priority_level=qos.get("arp", {}).get("priorityLevel", 8),
        ambr_downlink_bps=bits_per_second(ambr["downlink"]),
        ambr_uplink_bps=bits_per_second(ambr["uplink"]),
    )
