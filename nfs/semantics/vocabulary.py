"""The intent vocabulary of the testbed profile: kinds, what each carries, units, capabilities.

The tables are data in ``vocabulary.yaml``; this module gives them names and types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from nfs.common.yaml_text import load_yaml

CAPABILITY_ROOT = "/capability/"


FREE_TEXT_SLOTS = frozenset(
    {
        "application",
        "target",
        "area",
        "object",
        "model",
        "dataset",
        "dnn",
        "input",
        "endpointA",
        "endpointB",
        "reference",
        "constraint",
        "route",
        "participants",
    }
)
"""Slots in the user's own words and language; the values of others are normalised."""


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


class TargetCondition(StrEnum):
    """The conditions of TS 28.312 that slots lead to."""

    AT_MOST = "IS_EQUAL_TO_OR_LESS_THAN"
    AT_LEAST = "IS_EQUAL_TO_OR_GREATER_THAN"


@dataclass(frozen=True, slots=True)
class Measure:
    """The unit of a slot; with a condition, the slot is an expectation target (TS 28.312)."""

    unit: str
    condition: TargetCondition | None = None


@dataclass(frozen=True, slots=True)
class KindProfile:
    """The slots of a kind, by wire name; each group of ``needs`` wants one of its members."""

    carries: frozenset[str]
    needs: tuple[tuple[str, ...], ...]

    @property
    def to_be_said(self) -> tuple[tuple[str, ...], ...]:
        """The needed groups that the asking device does not fill by itself, as it does a target."""
        return tuple(group for group in self.needs if "target" not in group)

    def missing(self, present: set[str]) -> list[str]:
        """Names of the needed groups that ``present`` leaves open, in the vocabulary's order."""
        return [group[0] for group in self.needs if not present.intersection(group)]


_DATA = load_yaml(resources.files(__package__).joinpath("vocabulary.yaml").read_text("utf-8"))

PROFILE_NAME: str = _DATA["profile"]["name"]
PROFILE_VERSION: str = _DATA["profile"]["version"]
"""Semantic version: intents name its major and minor number, ``VERSION``."""

VERSION = PROFILE_VERSION.rpartition(".")[0]

VERSION_ADDS: dict[str, tuple[str, ...]] = {
    version: tuple(names) for version, names in _DATA["profile"]["adds"].items()
}
"""Every version that is understood, oldest first, and the attributes that it added."""

MEASURED: dict[str, Measure] = {
    slot: Measure(
        entry["unit"], TargetCondition(entry["condition"]) if "condition" in entry else None
    )
    for slot, entry in _DATA["measured"].items()
}
"""Slots that have a unit, by wire name."""

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
