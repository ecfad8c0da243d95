"""Our own configuration files: the testbed's sections, and a list of subscribers."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from nfs.amf.config import AmfConfig
from nfs.lab.facts import AmfFacts, Lab, SmfFacts, Stated
from nfs.smf.config import SmfConfig
from nfs.testbed import TestbedConfig, load_config
from nfs.udm import subscribers
from nfs.udm.config import UdmConfig
from ue_sim.config import ConfigError
from ue_sim.config.document import Tree


def read(tree: Tree, lab: Lab) -> None:
    """Raises ConfigError."""
    try:
        if "subscribers" in tree.value:
            found = subscribers.load(tree.path)
            lab.subscribers.append(Stated(found, tree.where("subscribers")))
        else:
            state(load_config(tree.path), lab, tree)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, problem["loc"]))
        raise ConfigError(f"{tree.path}: {place}: {problem['msg']}") from None
    except ValueError as error:
        raise ConfigError(str(error)) from error


def state(config: TestbedConfig, lab: Lab, tree: Tree | None = None) -> None:
    """What a testbed's configuration states, its defaults among it; raises ValueError."""

    def where(name: str, key: str) -> str:
        for section in (name, "common"):
            if tree is not None and tree.get(section, key) is not None:
                return tree.where(section, key)
        place = f"{tree.path}: " if tree else ""
        return f"{place}{name}.{key} (default)"

    for name in config.named("amf"):
        lab.amfs.append(_amf(name, AmfConfig(**config.section(name)), where))
    for name in config.named("smf"):
        smf = SmfConfig(**config.section(name))
        lab.smfs.append(SmfFacts(Stated(smf.dnns, where(name, "pools"))))
        lab.plmns.append(Stated(smf.plmn, where(name, "plmn")))
    for name in config.named("udm"):
        udm = UdmConfig(**config.section(name))
        place = where(name, "subscribers")
        lab.subscribers.append(Stated(subscribers.load(udm.subscribers), place))
        lab.udms.append(where(name, "home_network_keys"))
        lab.plmns.append(Stated(udm.plmn, where(name, "plmn")))
        keys = udm.home_network_keys
        lab.home_keys += [Stated(k.load(), where(name, "home_network_keys")) for k in keys]


def _amf(name: str, amf: AmfConfig, where: Any) -> AmfFacts:
    return AmfFacts(
        plmns=Stated((amf.plmn,), where(name, "plmn")),
        tacs=Stated(amf.tacs, where(name, "tacs")),
        slices=Stated(amf.slices, where(name, "slices")),
        n2=Stated((amf.n2,), where(name, "n2")),
        integrity=Stated(tuple(map(int, amf.integrity_order)), where(name, "integrity_order")),
        ciphering=Stated(tuple(map(int, amf.ciphering_order)), where(name, "ciphering_order")),
    )
