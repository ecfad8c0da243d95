"""How a message is written as its table in TS 38.413 clause 9.2."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from nfs.protocols.ngap.diagnostics import IeDiagnostics
from nfs.protocols.ngap.values.codec import Codec

__all__ = [
    "INITIATING",
    "NEEDED",
    "SUCCESSFUL",
    "UNSUCCESSFUL",
    "Element",
    "NgapMessage",
    "OtherMessage",
]

INITIATING = "initiatingMessage"
SUCCESSFUL = "successfulOutcome"
UNSUCCESSFUL = "unsuccessfulOutcome"
NEEDED: Any = object()
"""Nothing stands for an element that its message cannot do without."""


@dataclass(frozen=True, slots=True)
class Element:
    """One row: IE identifier, type, criticality, and whether the message needs it."""

    id: int
    codec: Codec
    criticality: str
    mandatory: bool
    absent: Any = NEEDED
    """What stands for a mandatory element of criticality ignore that is missing (10.3.5)."""


def ie(id_: int, codec: Codec, criticality: str = "reject", *, absent: Any = NEEDED) -> Any:
    element = Element(id_, codec, criticality, mandatory=True, absent=absent)
    return field(metadata={"ie": element})


def opt(id_: int, codec: Codec, criticality: str = "reject", default: Any = None) -> Any:
    element = Element(id_, codec, criticality, mandatory=False)
    return field(default=default, metadata={"ie": element})


def early(id_: int, codec: Codec, criticality: str = "reject", default: Any = None) -> Any:
    """An optional row above a mandatory one: IEs travel in the order of the table (10.3.6)."""
    element = Element(id_, codec, criticality, mandatory=False)
    return field(default=default, kw_only=True, metadata={"ie": element})


@dataclass(frozen=True, kw_only=True)
class NgapMessage:
    """``wire`` holds the IEs of a received message as they came, extensions and all."""

    PROCEDURE: ClassVar[int]
    PDU: ClassVar[str] = INITIATING
    NAME: ClassVar[str]
    CRITICALITY: ClassVar[str] = "reject"

    wire: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    criticality: str = field(default="", compare=False, repr=False)
    """As it came; a message made here has that of its procedure."""
    not_understood: tuple[IeDiagnostics, ...] = field(default=(), compare=False, repr=False)
    """Elements that were ignored, and whose sender wants to know (criticality notify)."""

    def __init_subclass__(cls) -> None:
        cls.NAME = cls.__name__


@dataclass(frozen=True)
class OtherMessage(NgapMessage):
    """A message of a procedure that the testbed does not know, as it came."""

    PROCEDURE: ClassVar[int] = -1

    procedure: int
    octets: bytes
    pdu: str = INITIATING
