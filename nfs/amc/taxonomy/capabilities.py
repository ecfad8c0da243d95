"""The capability taxonomy: hierarchical identifiers, versions, aliases, as data (B9, H14)."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from typing import Any, Self

from nfs.common.models.taxonomy import Capability, CapabilityList
from nfs.common.sbi.problem import SbiProblem
from nfs.common.yaml_text import load_yaml
from nfs.semantics.vocabulary import CAPABILITY_ROOT, matches


class Taxonomy:
    """``capabilities`` by path below ``/capability/``, each ``{version, description, aliases}``."""

    def __init__(self, version: str, capabilities: dict[str, dict[str, Any]]) -> None:
        self.version = version
        self._known = {
            CAPABILITY_ROOT + path: _capability(path, entry, capabilities)
            for path, entry in sorted(capabilities.items())
        }
        self._aliases = self._by_alias(self._known.values())

    @classmethod
    def load(cls) -> Self:
        """The packaged taxonomy."""
        text = resources.files(__package__).joinpath("taxonomy.yaml").read_text("utf-8")
        return cls(**load_yaml(text))

    def all(self, below: str | None = None) -> CapabilityList:
        """All capabilities, or ``below`` and what is under it. Raises SbiProblem 404."""
        root = None if below is None else self.find(below).id
        found = [c for c in self._known.values() if root is None or matches(root, c.id)]
        return CapabilityList(version=self.version, capabilities=found)

    def find(self, name: str) -> Capability:
        """By identifier, with or without ``/capability/``, or alias.

        Raises SbiProblem 404 CAPABILITY_NOT_FOUND.
        """
        path = name.casefold().strip("/").removeprefix(CAPABILITY_ROOT.strip("/") + "/")
        found = self._known.get(CAPABILITY_ROOT + path) or self._aliases.get(path)
        if found is None:
            raise SbiProblem(404, "CAPABILITY_NOT_FOUND", "the taxonomy has no such capability")
        return found

    def _by_alias(self, known: Iterable[Capability]) -> dict[str, Capability]:
        """Raises ValueError when a name is of two capabilities."""
        named: dict[str, Capability] = {}
        for capability in known:
            for alias in capability.aliases:
                if alias in named or CAPABILITY_ROOT + alias in self._known:
                    raise ValueError(f"{alias} is the name of two capabilities")
                named[alias] = capability
        return named


def _capability(path: str, entry: dict[str, Any], among: Iterable[str]) -> Capability:
    """Raises ValueError when the capability above it is not in the taxonomy."""
    above = path.rpartition("/")[0]
    if above and above not in among:
        raise ValueError(f"{path} is under {above}, which is not in the taxonomy")
    under = sorted(p for p in among if p.rpartition("/")[0] == path)
    return Capability(
        id=CAPABILITY_ROOT + path,
        parent=CAPABILITY_ROOT + above if above else None,
        children=[CAPABILITY_ROOT + child for child in under],
        **entry,
    )
