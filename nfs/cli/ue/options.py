"""Where the network of a phone is, as commands are told."""

from __future__ import annotations

from typing import Annotated

import typer

N2 = "tcp://127.0.0.1:38412"
AMF = "http://127.0.0.1:7713"
NRF = "http://127.0.0.1:7710"

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
N2Option = Annotated[str, typer.Option("--n2", help="The AMF's N2 end point.")]
AmfOption = Annotated[str, typer.Option("--amf", help="The AMF's SBI, asked for explanations.")]
NrfOption = Annotated[str, typer.Option("--nrf", help="The NRF, which gives the access token.")]
Supi = Annotated[str, typer.Option(help="The subscriber.")]
