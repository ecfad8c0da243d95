"""Configuration files of Open5GS 2.7: amf.yaml, smf.yaml, udm.yaml, nrf.yaml."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from pathlib import Path
from typing import Any

from nfs.lab.facts import AmfFacts, Lab, SmfFacts, Stated
from nfs.protocols.crypto.errors import CryptoError
from nfs.protocols.crypto.home_network_key import HomeNetworkKey
from nfs.protocols.pfcp import PORT
from ue_sim.config import ConfigError
from ue_sim.config.document import Location, Tree

DEFAULT_DNN = "internet"


def read(tree: Tree, lab: Lab) -> None:
    """Raises ConfigError."""
    try:
        if "amf" in tree.value:
            lab.amfs.append(_amf(tree))
        if "smf" in tree.value:
            lab.smfs.append(_smf(tree))
        if "udm" in tree.value:
            lab.udms.append(tree.where("udm"))
            _home_keys(tree, lab)
        for at in tree.items("nrf", "serving"):
            lab.plmns.append(Stated(plmn(tree, *at, "plmn_id"), tree.where(*at)))
    except (ValueError, TypeError, KeyError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{tree.path}: not as Open5GS has it: {error}") from error


def plmn(tree: Tree, *at: int | str) -> str:
    return f"{tree.get(*at, 'mcc')}/{tree.get(*at, 'mnc')}"


def _amf(tree: Tree) -> AmfFacts:
    tracking_areas = tree.items("amf", "tai")
    support = tree.items("amf", "plmn_support")
    tacs = [_tacs(tree.get(*at, "tac")) for at in tracking_areas]
    slices = [_slice(tree, each) for at in support for each in tree.items(*at, "s_nssai")]
    addresses = [_end_point(tree, at) for at in tree.items("amf", "ngap", "server")]
    security = "amf", "security"
    return AmfFacts(
        plmns=Stated(
            tuple(dict.fromkeys(plmn(tree, *at, "plmn_id") for at in support)),
            tree.where("amf", "plmn_support"),
        ),
        tacs=Stated(tuple(t for each in tacs for t in each), tree.where("amf", "tai")),
        slices=Stated(tuple(dict.fromkeys(slices)), tree.where("amf", "plmn_support")),
        n2=Stated(tuple(addresses), tree.where("amf", "ngap", "server")),
        integrity=algorithms(tree, *security, "integrity_order"),
        ciphering=algorithms(tree, *security, "ciphering_order"),
        settings=_amf_settings(tree),
    )


def _end_point(tree: Tree, at: Location) -> str:
    hosts = ",".join(str(tree.get(*each)) for each in tree.items(*at, "address"))
    return f"sctp://{hosts}:{tree.get(*at, 'port') or 38412}"


def _amf_settings(tree: Tree) -> dict[str, Any]:
    identity = tree.items("amf", "guami")
    found = {
        "name": tree.get("amf", "amf_name"),
        "network_name": tree.get("amf", "network_name", "full"),
        "t3512_seconds": _number(tree.get("amf", "time", "t3512", "value")),
    }
    if identity:
        amf_id = *identity[0], "amf_id"
        tree.get(*identity[0], "plmn_id")
        found["region"] = _number(tree.get(*amf_id, "region"))
        found["set_id"] = _number(tree.get(*amf_id, "set"))
        found["pointer"] = _number(tree.get(*amf_id, "pointer"))
    return {name: value for name, value in found.items() if value is not None}


def _smf(tree: Tree) -> SmfFacts:
    pools: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    any_dnn = False
    for at in tree.items("smf", "session"):
        dnn = tree.get(*at, "dnn") or tree.get(*at, "apn")
        any_dnn |= dnn is None
        network = ip_network(tree.get(*at, "subnet"), strict=False)
        target = pools if isinstance(network, IPv4Network) else prefixes
        target.setdefault(dnn or DEFAULT_DNN, str(network))
        tree.get(*at, "gateway")
    settings: dict[str, Any] = {"pools": pools, "prefixes": prefixes} | _dns(tree)
    mtu = _number(tree.get("smf", "mtu"))
    settings |= {} if mtu is None else {"mtu": mtu}
    settings |= _n4(tree)
    dnns = None if any_dnn or not pools | prefixes else tuple(dict.fromkeys([*pools, *prefixes]))
    return SmfFacts(Stated(dnns, tree.where("smf", "session")), settings)


def _n4(tree: Tree) -> dict[str, Any]:
    """The SMF's own end of PFCP, and its UPFs."""
    own = [_pfcp(tree, at) for at in tree.items("smf", "pfcp", "server")]
    upfs = [
        {"n4": _pfcp(tree, at), "dnns": [str(tree.get(*dnn)) for dnn in tree.items(*at, "dnn")]}
        for at in tree.items("smf", "pfcp", "client", "upf")
    ]
    return ({"n4": own[0]} if own else {}) | ({"upfs": upfs} if upfs else {})


def _pfcp(tree: Tree, at: Location) -> str:
    host = tree.get(*(tree.items(*at, "address") or [(*at, "address")])[0])
    return f"udp://{host}:{tree.get(*at, 'port') or PORT}"


def _dns(tree: Tree) -> dict[str, str]:
    servers = [str(tree.get(*at)) for at in tree.items("smf", "dns")]
    found: dict[str, str] = {}
    for server in servers:
        found.setdefault("dns_ipv6" if ":" in server else "dns", server)
    return found


def _home_keys(tree: Tree, lab: Lab) -> None:
    for at in tree.items("udm", "hnet"):
        identity, scheme = int(tree.get(*at, "id")), int(tree.get(*at, "scheme"))
        file = tree.path.parent / Path(tree.get(*at, "key"))
        try:
            key = HomeNetworkKey.from_pem(identity, scheme, file.read_bytes())
        except (OSError, CryptoError) as error:
            raise ConfigError(f"{tree.where(*at, 'key')}: {file}: {error}") from error
        lab.home_keys.append(Stated(key, tree.where(*at)))


def _tacs(value: Any) -> list[int]:
    """A number, a list of them, or of ranges ``1-5``."""
    found: list[int] = []
    for each in value if isinstance(value, list) else [value]:
        first, _, last = str(each).partition("-")
        found += range(int(first), int(last or first) + 1)[:1024]
    return found


def _slice(tree: Tree, at: Location) -> str:
    return slice_of(tree.get(*at, "sst"), tree.get(*at, "sd"))


def slice_of(sst: Any, sd: Any) -> str:
    """``sd`` is hexadecimal whether with 0x or not."""
    number = int(str(sst), 0)
    if sd is None:
        return str(number)
    digits = int(str(sd).removeprefix("0x"), 16)
    return str(number) if digits == 0xFFFFFF else f"{number}-{digits:06x}"


def algorithms(tree: Tree, *at: str) -> Stated[tuple[int, ...]]:
    """``NIA2`` is 2."""
    numbers = tuple(int(str(tree.get(*each))[-1]) for each in tree.items(*at))
    return Stated(numbers, tree.where(*at))


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
