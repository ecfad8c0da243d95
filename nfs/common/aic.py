"""Agent Identity Code: ACPs-spec-AIC v02.01 (the public profile of GB/Z 185 part 2).

Ten levels apart by dots: ``1.2.156.3088`` (ISO, member body, China, agent interconnection), the
code's version, registrar, vendor, ontology serial, entity serial, check code. An AIC names an
agent; the check code detects errors, it proves nothing.

Version 02.00 has the same form with other levels, and its check codes verify too, so the layout is
never guessed: a code whose fifth level is not the configured version is refused.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from typing import Self

ROOT = "1.2.156.3088"
VERSION = "1"
MIN_SALT = 2
"""Octets of the shortest salt (clause 4)."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE = re.compile(
    r"1\.2\.156\.3088\.(?P<version>[1-9A-Z])\.(?P<registrar>[0-9A-Z]{1,6})"
    r"\.(?P<vendor>[0-9A-Z]{1,6})\.(?P<template>[0-9A-Z]{1,9})\.(?P<instance>[0-9A-Z]{1,9})"
    r"\.(?P<check>[0-9A-Z]{4})",
    re.ASCII,
)
_LONGEST = 64


class AicError(ValueError):
    """What stands there is not a usable AIC."""


class AicFormatError(AicError):
    """Not ten levels of this layout and version, each in its range."""


class AicCheckError(AicError):
    """The check code does not belong to the code under this registrar's salt."""


@dataclass(frozen=True, slots=True)
class Aic:
    """Levels 5 to 10, in upper case; ``template`` is the ontology, ``instance`` the entity."""

    version: str
    registrar: str
    vendor: str
    template: str
    instance: str
    check: str

    @classmethod
    def parse(cls, text: str, version: str = VERSION) -> Self:
        """Read a code in either case. Raises AicFormatError; does not verify the check code."""
        if len(text) > _LONGEST or not text.isascii():
            raise AicFormatError("not an AIC")
        match = _CODE.fullmatch(text.upper())
        if match is None:
            raise AicFormatError("not an AIC: ten levels apart by dots are expected")
        aic = cls(**match.groupdict())
        if aic.version != version:
            raise AicFormatError(f"an AIC of version {aic.version}, not {version}")
        if any(set(level) == {"0"} for level in (aic.registrar, aic.vendor, aic.template)):
            raise AicFormatError("only the entity serial of an AIC may be zero")
        if int(aic.check, 36) > 0xFFFF:
            raise AicFormatError("the check code of an AIC is at most 1EKF")
        return aic

    @classmethod
    def allocate(
        cls, registrar: str, vendor: str, template: str, instance: int, salt: bytes
    ) -> Self:
        """The code of entity ``instance`` (0: of the ontology itself), with its check code."""
        levels = ".".join((ROOT, VERSION, registrar, vendor, template, base36(instance)))
        return cls.parse(f"{levels}.{check_code(levels, salt)}")

    @property
    def ontology(self) -> bool:
        """The code of an agent template, not of one agent: the entity serial is all zeros."""
        return set(self.instance) == {"0"}

    @property
    def prefix(self) -> str:
        """Levels 1 to 8 and a dot: what all entities of one ontology begin with."""
        return ".".join((ROOT, self.version, self.registrar, self.vendor, self.template, ""))

    def __str__(self) -> str:
        return f"{self.prefix}{self.instance}.{self.check}"


def base36(number: int) -> str:
    """``0`` to ``Z``, most significant digit first, no leading zero."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def check_code(levels: str, salt: bytes) -> str:
    """Level 10 for levels 1 to 9 (with the dots between them): clause 4.

    CRC-16/CCITT-FALSE over the upper-case text and the registrar's salt, as four base-36 digits.
    Raises ValueError for a salt of less than two octets.
    """
    if len(salt) < MIN_SALT:
        raise ValueError(f"the salt of a registrar has at least {MIN_SALT} octets")
    return base36(binascii.crc_hqx(levels.upper().encode() + salt, 0xFFFF)).zfill(4)


def verify(aic: Aic, salt: bytes) -> None:
    """Raises AicCheckError when the check code is not that of this registrar."""
    if check_code(aic.prefix + aic.instance, salt) != aic.check:
        raise AicCheckError("the check code of the AIC does not fit")


def verified(text: str, salt: bytes) -> Aic:
    """Read a code and verify its check code. Raises AicError."""
    aic = Aic.parse(text)
    verify(aic, salt)
    return aic
