"""Which device of a subscription a user means."""

from __future__ import annotations

from functools import cache
from importlib import resources

from nfs.common.models.iaf import IntentSubmission
from nfs.common.yaml_text import load_yaml


def find_device(name: str | None, request: IntentSubmission) -> str | None:
    """The SUPI of the device that is called ``name``; no name means the device that asks.

    None when the name is neither in the subscription nor one for the asking device.
    """
    if name is None:
        return request.supi
    devices = {_plain(known): supi for known, supi in request.subscription.devices.items()}
    plain = _plain(name)
    asking = request.supi if plain in _words()["askingDevice"] else None
    return devices.get(plain, asking)


def _plain(name: str) -> str:
    """A device's name without case, leading articles and possessives."""
    words = name.casefold().split()
    while len(words) > 1 and words[0] in _words()["determiners"]:
        words.pop(0)
    plain = " ".join(words)
    for prefix in _words()["prefixes"]:
        if plain.startswith(prefix) and plain != prefix:
            return plain.removeprefix(prefix)
    return plain


@cache
def _words() -> dict[str, tuple[str, ...]]:
    source = resources.files(__package__).joinpath("devices.yaml").read_text("utf-8")
    return {name: tuple(map(str, words)) for name, words in load_yaml(source).items()}
