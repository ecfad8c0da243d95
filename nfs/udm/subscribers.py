"""Subscribers, read from a YAML file and checked as a whole before the UDM starts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nfs.common.identities import Snssai
from nfs.common.yaml_text import load_yaml
from nfs.protocols.crypto.aka import AuthenticationFunctions
from nfs.protocols.crypto.authentication_functions import functions_of

_Key = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{32}$")]
_LongKey = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{64}$")]


class SubscribersError(ValueError):
    """The subscribers file cannot be used; the text says where and why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AgentRights(_Strict):
    allowed: bool = True
    scope: tuple[str, ...] = ()
    devices: dict[str, str] = {}
    intent_class: str = "standard"
    """A class of the operator's policies for intents, which gives their priority."""


class Subscriber(_Strict):
    supi: str = Field(pattern=r"^imsi-[0-9]{14,15}$")
    k: _Key | _LongKey
    opc: _Key | None = None
    op: _Key | None = None
    topc: _LongKey | None = None
    """With it or ``top``, the authentication functions are TUAK's (TS 35.231), not MILENAGE's."""
    top: _LongKey | None = None
    amf: str = Field(default="8000", pattern=r"^[0-9A-Fa-f]{4}$")
    authentication_method: Literal["5G_AKA", "EAP_AKA_PRIME"] = "5G_AKA"
    slices: dict[str, tuple[str, ...]] = {"1": ("internet", "agents")}
    """DNNs by slice; the first of a slice is its default."""
    ambr: str = "1 Gbps"
    five_qi: int = 9
    forbidden_tacs: tuple[int, ...] = ()
    """Tracking areas in which the subscriber may not register."""
    not_allowed_tacs: tuple[int, ...] = ()
    """Tracking areas in which it may register, and gets no service."""
    allowed_tacs: tuple[int, ...] = ()
    """Or else the only ones in which it gets service."""
    agents: AgentRights = AgentRights()
    count: int = Field(default=1, ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _one_operator_key(self) -> Self:
        if sum(key is not None for key in (self.opc, self.op, self.topc, self.top)) != 1:
            raise ValueError(f"{self.supi} needs either opc or op, or for TUAK topc or top")
        return self

    @property
    def functions(self) -> AuthenticationFunctions:
        return functions_of(self.k, opc=self.opc, op=self.op, topc=self.topc, top=self.top)

    @property
    def nssai(self) -> list[dict[str, int | str]]:
        return [Snssai.parse(s).to_json() for s in self.slices]

    @property
    def numbers(self) -> range:
        """The IMSIs of the entry, as numbers."""
        first = int(self.supi.removeprefix("imsi-"))
        return range(first, first + self.count)

    def one(self, supi: str) -> Subscriber:
        """The subscriber ``supi`` of this entry."""
        return self.model_copy(update={"supi": supi, "count": 1})


class _File(_Strict):
    subscribers: tuple[Subscriber, ...]


class Subscribers:
    """Entries of consecutive SUPIs, none of which is in two of them.

    A subscriber is made when it is asked for: an entry of a million costs as much as one of one.
    """

    def __init__(self, entries: Iterable[Subscriber]) -> None:
        self.entries = sorted(entries, key=lambda entry: (len(entry.supi), entry.numbers[0]))
        self._keys = [(len(entry.supi), entry.numbers[0]) for entry in self.entries]
        for former, later in zip(self.entries, self.entries[1:], strict=False):
            if len(former.supi) == len(later.supi) and later.numbers[0] in former.numbers:
                raise ValueError(f"{later.supi} is there twice")

    def __len__(self) -> int:
        return sum(entry.count for entry in self.entries)

    def get(self, supi: str) -> Subscriber | None:
        digits = supi.removeprefix("imsi-")
        if digits == supi or not (digits.isascii() and digits.isdecimal()):
            return None
        number = int(digits)
        index = bisect_right(self._keys, (len(supi), number)) - 1
        if index < 0:
            return None
        entry = self.entries[index]
        if len(entry.supi) != len(supi) or number not in entry.numbers:
            return None
        return entry.one(supi)


def load(path: Path) -> Subscribers:
    """Raises SubscribersError."""
    try:
        file = _File.model_validate(load_yaml(path.read_text(encoding="utf-8")))
        return Subscribers(file.subscribers)
    except ValidationError as error:
        # The exception's own text, and its chain, would show keys.
        raise SubscribersError(f"{path}: {_explain(error)}") from None
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise SubscribersError(f"{path}: {error}") from error


def _explain(error: ValidationError) -> str:
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in problems[:5])
