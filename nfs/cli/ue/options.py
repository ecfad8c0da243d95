"""What several commands are told of a phone and its network."""

from __future__ import annotations

import re
from typing import Annotated

import typer

N2 = "tcp://127.0.0.1:38412"
AMF = "http://127.0.0.1:7713"
NRF = "http://127.0.0.1:7710"

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
N2Option = Annotated[str, typer.Option("--n2", help="The AMF's N2 end point.")]
AmfOption = Annotated[str, typer.Option("--amf", help="The AMF's SBI, asked for explanations.")]
NrfOption = Annotated[str, typer.Option("--nrf", help="The NRF, which gives the access token.")]


def checked_supi(text: str) -> str:
    if not re.fullmatch(r"imsi-\d{5,15}", text):
        raise typer.BadParameter(f"imsi- and 5 to 15 digits are expected, not {text!r}")
    return text


def checked_secret(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"[0-9a-fA-F]{32}", text):
        raise typer.BadParameter(f"32 hexadecimal digits are expected, not {text!r}")
    return text


Supi = Annotated[str, typer.Option(help="The subscriber.", callback=checked_supi)]
