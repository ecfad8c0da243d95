"""The intent vocabulary of the testbed profile: kinds, what each carries, well-known capabilities.

The tables are data in ``vocabulary.yaml``; this module gives them names and types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from nfs.common.yaml_text import load_yaml

CAPABILITY_ROOT = "/capability/"


class Kind(StrEnum):
    """What the user wants of the network; ``NONE`` is what a network does not offer."""

    QOS_ASSURE = "qos.assure"
    SESSION_ESTABLISH = "session.establish"
    SESSION_RELEASE = "session.release"
    LOCATION_GET = "location.get"
    LOCATION_GEOFENCE = "location.geofence"
    REACHABILITY_GET = "reachability.get"
    SENSING_DETECT = "sensing.detect"
    ANALYTICS_QUERY = "analytics.query"
    NETWORK_DIAGNOSE = "network.diagnose"
    AGENT_DISCOVER = "agent.discover"
    AGENT_INVOKE = "agent.invoke"
    TASK_COLLABORATE = "task.collaborate"
    COMPUTE_INFERENCE = "compute.inference"
    MODEL_TRAIN = "model.train"
    PRIVATELINE_CREATE = "privateline.create"
    MOBILITY_ANNOUNCE = "mobility.announce"
    ENERGY_SAVE = "energy.save"
    POLICY_SET = "policy.set"
    INTENT_STATUS = "intent.status"
    INTENT_CANCEL = "intent.cancel"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class KindProfile:
    """The slots of a kind, by wire name; each group of ``needs`` wants one of its members."""

    carries: frozenset[str]
    needs: tuple[tuple[str, ...], ...]

    def missing(self, present: set[str]) -> list[str]:
        """Names of the needed groups that ``present`` leaves open, in the vocabulary's order."""
        return [group[0] for group in self.needs if not present.intersection(group)]


_DATA = load_yaml(resources.files(__package__).joinpath("vocabulary.yaml").read_text("utf-8"))

PROFILES: dict[Kind, KindProfile] = {
    Kind(name): KindProfile(
        frozenset(entry.get("carries", ())), tuple(map(tuple, entry.get("needs", ())))
    )
    for name, entry in _DATA["kinds"].items()
}

CAPABILITIES: frozenset[str] = frozenset(_DATA["capabilities"])

_CANONICAL: dict[str, str] = {
    alias: name for name, aliases in _DATA["capabilities"].items() for alias in (name, *aliases)
}


def capability_name(name: str) -> str:
    """The well-known name for ``name`` (``OCR``, ``speech recognition``), else its own slug."""
    slug = re.sub(r"[^\w]+", "-", name.casefold().removeprefix(CAPABILITY_ROOT)).strip("-")
    return _CANONICAL.get(slug, slug)


def matches(requested: str, offered: str) -> bool:
    """Whether ``offered`` is the requested capability or one below it (H14): who asks for
    ``/capability/translation`` is served by ``/capability/translation/text``."""
    return offered == requested or offered.startswith(f"{requested.rstrip('/')}/")


def capability_id(name: str) -> str:
    """Taxonomy path of a capability: ``capability_id("OCR") == "/capability/ocr"``.

    :raises ValueError: the name has no letter or digit
    """
    canonical = capability_name(name)
    if not canonical:
        raise ValueError(f"not a capability name: {name!r}")
    return CAPABILITY_ROOT + canonical
