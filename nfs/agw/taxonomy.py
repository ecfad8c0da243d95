"""The capability vocabulary that agents are registered and found by (requirement B9)."""

from __future__ import annotations

from importlib import resources

from nfs.common.yaml_text import load_yaml
from nfs.semantics.vocabulary import CAPABILITIES, CAPABILITY_ROOT, capability_name, matches

__all__ = ["capability_identifier", "matches"]

_NETWORK: dict[str, list[str]] = load_yaml(
    resources.files(__package__).joinpath("taxonomy.yaml").read_text("utf-8")
)
_ALIASES = {alias: name for name, aliases in _NETWORK.items() for alias in aliases}
_KNOWN = CAPABILITIES | _NETWORK.keys()


def capability_identifier(name: str) -> str | None:
    """``/capability/ocr`` for ``ocr``, ``/capability/ocr`` or an alias, and
    ``/capability/translation/text`` for that path; None if not in the taxonomy."""
    path = name.casefold().removeprefix(CAPABILITY_ROOT)
    if path in _KNOWN:
        return CAPABILITY_ROOT + path
    canonical = capability_name(name)
    canonical = _ALIASES.get(canonical, canonical)
    return CAPABILITY_ROOT + canonical if canonical in _KNOWN else None
