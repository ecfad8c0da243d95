"""A core network as the kinds of intents see it: their tools, and what these have changed."""

from __future__ import annotations

from typing import Any

from one_nf import Fate, World

from nfs.common.models.device_order import DeviceOrder, SessionOrder
from nfs.common.sbi.problem import SbiProblem

_CHANGES = {
    "add-qos-flow": "release-qos-flow",
    "save-power": "stop-saving-power",
    "watch-area": "stop-watching-area",
    "announce-move": "withdraw-move",
    "set-privacy-rule": "remove-privacy-rule",
}
"""Tools that change something for an intent, and those that take it back."""
_ANSWERS: dict[str, dict[str, Any]] = {
    "add-qos-flow": {"fiveQi": 83, "packetDelayBudgetMs": 10, "packetErrorRate": 1e-6},
    "save-power": {"t3512Seconds": 3600, "mico": False},
    "watch-area": {"presence": "OUT_OF_AREA"},
    "announce-move": {"tacs": [3]},
    "get-reachability": {"rmState": "RM-REGISTERED", "reached": "NOW"},
    "get-load": {"overloaded": False},
    "measure-flow": {
        "flows": [
            {
                "qfi": 1,
                "uplinkMbps": 0,
                "downlinkMbps": 9,
                "droppedPercent": 5,
                "totalUplinkOctets": 0,
                "totalDownlinkOctets": 0,
                "totalDroppedPackets": 5,
                "totalDroppedPercent": 5,
            }
        ]
    },
}


class Core(World):
    """``there`` names what is in effect by the tool and the input that takes it back;
    ``changed_at`` are the points of ``fate`` at which something was changed."""

    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self.sessions: list[SessionOrder] = []
        self.changed_at: list[int] = []
        self._fate = fate

    def use(self, tool: str, given: dict[str, Any]) -> dict[str, Any]:
        if tool in _CHANGES:
            rule = given.get("rule", given)
            name = f"{_CHANGES[tool]} {given['supi']} {rule['intentId']}"
            if tool != "watch-area" or name not in self.there:  # an area is watched once
                self._make(name)
        elif tool in _CHANGES.values():
            self._remove(f"{tool} {given['supi']} {given['intentId']}")
        elif tool == "list-sessions":
            return {"sessions": [_session(given["supi"], 1, "internet"), *self._established()]}
        elif tool == "release-session":
            self._release(given)
        return _ANSWERS.get(tool, {})

    def obey(self, order: DeviceOrder) -> None:
        assert order.establish_session is not None
        self.sessions.append(order.establish_session)
        self._make(f"session {order.establish_session.dnn}")

    def _established(self) -> list[dict[str, Any]]:
        return [_session("", 2 + n, order.dnn) for n, order in enumerate(self.sessions)]

    def _release(self, given: dict[str, Any]) -> None:
        for number, order in enumerate(self.sessions, start=2):
            if number == given.get("pduSessionId") or order.dnn == given.get("dnn"):
                self.sessions.remove(order)
                return self._remove(f"session {order.dnn}")
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", "there is no such session")

    def _make(self, name: str) -> None:
        self.changed_at.append(self._fate.points)
        self.there.add(name)
        self.made.append(name)

    def _remove(self, name: str) -> None:
        if name not in self.there:
            raise SbiProblem(404, "NOT_THERE", name)
        self.there.remove(name)
        self.removed.append(name)


def _session(supi: str, number: int, dnn: str) -> dict[str, Any]:
    return {
        "pduSessionId": number,
        "dnn": dnn,
        "sNssai": "1",
        "ipv4": f"10.45.{number}.{supi[-1:] or 1}",
        "connected": True,
        "ambrDownlinkKbps": 10_000,
        "ambrUplinkKbps": 10_000,
        "qosFlows": [],
    }
