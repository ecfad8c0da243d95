"""Subscribers, read from a YAML file and checked as a whole before the UDM starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nfs.common.identities import Snssai
from nfs.protocols.crypto.milenage import Milenage

_Key = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{32}$")]


class SubscribersError(ValueError):
    """The subscribers file cannot be used; the text says where and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AgentRights(_Strict):
    allowed: bool = True
    scope: tuple[str, ...] = ()
    devices: dict[str, str] = {}


class Subscriber(_Strict):
    supi: str = Field(pattern=r"^imsi-[0-9]{14,15}$")
    k: _Key
    opc: _Key | None = None
    op: _Key | None = None
    amf: str = Field(default="8000", pattern=r"^[0-9A-Fa-f]{4}$")
    slices: dict[str, tuple[str, ...]] = {"1": ("internet", "agents")}
    """DNNs by slice; the first of a slice is its default."""
    ambr: str = "1 Gbps"
    five_qi: int = 9
    agents: AgentRights = AgentRights()
    count: int = Field(default=1, ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _one_operator_key(self) -> Self:
        if (self.opc is None) == (self.op is None):
            raise ValueError(f"{self.supi} needs either opc or op")
        return self

    @property
    def milenage(self) -> Milenage:
        k = bytes.fromhex(self.k)
        if self.opc is not None:
            return Milenage(k, bytes.fromhex(self.opc))
        return Milenage(k, Milenage.opc_from_op(k, bytes.fromhex(self.op or "")))

    @property
    def nssai(self) -> list[dict[str, int | str]]:
        return [Snssai.parse(s).to_json() for s in self.slices]

    def each(self) -> Iterator[Subscriber]:
        digits = self.supi.removeprefix("imsi-")
        for i in range(self.count):
            number = f"{int(digits) + i:0{len(digits)}d}"
            yield self.model_copy(update={"supi": f"imsi-{number}", "count": 1})


class _File(_Strict):
    subscribers: tuple[Subscriber, ...]


def load(path: Path) -> dict[str, Subscriber]:
    """Subscribers by SUPI; raises SubscribersError."""
    try:
        file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise SubscribersError(f"{path}: {error}") from error
    except ValidationError as error:
        # The exception's own text, and its chain, would show keys.
        raise SubscribersError(f"{path}: {_explain(error)}") from None
    found: dict[str, Subscriber] = {}
    for entry in file.subscribers:
        for subscriber in entry.each():
            if subscriber.supi in found:
                raise SubscribersError(f"{path}: {subscriber.supi} is there twice")
            found[subscriber.supi] = subscriber
    return found


def _explain(error: ValidationError) -> str:
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in problems[:5])
