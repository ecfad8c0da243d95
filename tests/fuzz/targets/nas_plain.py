"""Plain 5GMM and 5GSM messages: a message that reads the same when sent on, or a typed error."""

from __future__ import annotations

import json
from pathlib import Path

from nfs.protocols.nas import NasError, decode, encode, name_of

DATA = Path(__file__).parents[2] / "data" / "nas" / "messages.json"


def seeds() -> list[bytes]:
    """Also what is inside of the protected messages that are not ciphered."""
    messages = [bytes.fromhex(entry["hex"]) for entry in json.loads(DATA.read_text())]
    return messages + [octets[7:] for octets in messages if octets[1:2] in (b"\x01", b"\x02")]


def one(octets: bytes) -> None:
    assert name_of(octets)
    try:
        message = decode(octets)
    except NasError:
        return
    again = encode(message)
    assert decode(again) == message
    assert encode(decode(again)) == again
