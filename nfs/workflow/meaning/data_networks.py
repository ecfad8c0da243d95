"""Which data network and slice a user means, and whether the subscription has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from nfs.common.identities import Snssai
from nfs.common.sbi.problem import SbiProblem
from nfs.common.yaml_text import load_yaml
from nfs.semantics.intent import RefusalClass, Slots
from nfs.workflow.execution import Execution
from nfs.workflow.meaning.names import plain_name
from nfs.workflow.refusal import Refusal, Unavailable


@dataclass(frozen=True, slots=True)
class Wish:
    """A data network, a slice, or both; None is any."""

    dnn: str | None = None
    s_nssai: Snssai | None = None

    def fits(self, dnn: str, s_nssai: Snssai) -> bool:
        """A slice without SD is any of its type."""
        wanted = self.s_nssai
        if wanted is not None and wanted != s_nssai and (wanted.sd or wanted.sst != s_nssai.sst):
            return False
        return self.dnn in (None, dnn)


def wish_of(slots: Slots) -> Wish:
    dnn = None
    if slots.dnn is not None:
        dnn = _named(slots.dnn, _names()["dataNetworks"]) or plain_name(slots.dnn)
    elif slots.application is not None:
        table = _names()["applications"]
        dnn = _named(slots.application, table) or table["default"]
    if slots.slice is None:
        return Wish(dnn)
    sst = _names()["slices"].get(slots.slice)
    return Wish(dnn, Snssai(sst) if sst is not None else Snssai.parse(slots.slice))


async def subscribed(execution: Execution, supi: str, wish: Wish) -> tuple[str, Snssai]:
    """The first DNN and slice of the subscription that fit; raises Refusal SUBSCRIPTION.

    Nudm_SDM (TS 29.503 clause 5.2.2.2.5) is asked.
    """
    path = f"/nudm-sdm/v2/{supi}/sm-data"
    try:
        answer = await execution.nf.call("UDM", "nudm-sdm", "GET", path)
        having = list(_having(answer.json()))
    except SbiProblem as problem:
        raise Unavailable("the subscription cannot be read now") from problem
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refusal(RefusalClass.EXECUTION, "the subscription cannot be read") from None
    for dnn, s_nssai in having:
        if wish.fits(dnn, s_nssai):
            return dnn, s_nssai
    reason = f"not subscribed: {wish.dnn or 'any data network'} in slice {wish.s_nssai or 'any'}"
    raise Refusal(RefusalClass.SUBSCRIPTION, reason)


def _having(sm_data: list[dict[str, Any]]) -> Iterator[tuple[str, Snssai]]:
    for entry in sm_data:
        s_nssai = Snssai(entry["singleNssai"]["sst"], entry["singleNssai"].get("sd"))
        for dnn in entry.get("dnnConfigurations", {}):
            yield dnn, s_nssai


def _named(name: str, table: dict[str, Any]) -> str | None:
    plain = plain_name(name)
    found = (dnn for dnn, names in table.items() if not isinstance(names, str) and plain in names)
    return next(found, None)


@cache
def _names() -> dict[str, Any]:
    source = resources.files(__package__).joinpath("data_networks.yaml").read_text("utf-8")
    names: dict[str, Any] = load_yaml(source)
    return names
