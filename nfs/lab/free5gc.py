"""Configuration files of free5GC 3 and 4: amfcfg.yaml, smfcfg.yaml, udmcfg.yaml."""

from __future__ import annotations

from typing import Any

from nfs.lab.facts import AmfFacts, Lab, SmfFacts, Stated
from nfs.lab.open5gs import algorithms, plmn, slice_of
from nfs.protocols.crypto.errors import CryptoError
from nfs.protocols.crypto.home_network_key import HomeNetworkKey
from ue_sim.config import ConfigError
from ue_sim.config.document import Location, Tree

_ROOT = "configuration"


def read(tree: Tree, lab: Lab) -> None:
    """Raises ConfigError."""
    try:
        if tree.get(_ROOT, "ngapIpList") is not None:
            lab.amfs.append(_amf(tree))
        elif tree.get(_ROOT, "snssaiInfos") is not None:
            lab.smfs.append(_smf(tree))
        elif tree.get(_ROOT, "SuciProfile") is not None:
            lab.udms.append(tree.where(_ROOT))
            _home_keys(tree, lab)
        for at in (*tree.items(_ROOT, "plmnList"), *tree.items(_ROOT, "DefaultPlmnId")):
            lab.plmns.append(Stated(plmn(tree, *at), tree.where(*at)))
    except (ValueError, TypeError, KeyError, CryptoError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{tree.path}: not as free5GC has it: {error}") from error


def _amf(tree: Tree) -> AmfFacts:
    support = tree.items(_ROOT, "plmnSupportList")
    tacs = tuple(int(tree.get(*at, "tac"), 16) for at in tree.items(_ROOT, "supportTaiList"))
    slices = [_slice(tree, each) for at in support for each in tree.items(*at, "snssaiList")]
    port = tree.get(_ROOT, "ngapPort") or 38412
    addresses = [f"sctp://{tree.get(*at)}:{port}" for at in tree.items(_ROOT, "ngapIpList")]
    return AmfFacts(
        plmns=Stated(
            tuple(dict.fromkeys(plmn(tree, *at, "plmnId") for at in support)),
            tree.where(_ROOT, "plmnSupportList"),
        ),
        tacs=Stated(tacs, tree.where(_ROOT, "supportTaiList")),
        slices=Stated(tuple(dict.fromkeys(slices)), tree.where(_ROOT, "plmnSupportList")),
        n2=Stated(tuple(addresses), tree.where(_ROOT, "ngapIpList")),
        integrity=algorithms(tree, _ROOT, "security", "integrityOrder"),
        ciphering=algorithms(tree, _ROOT, "security", "cipheringOrder"),
        settings=_amf_settings(tree),
    )


def _amf_settings(tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": tree.get(_ROOT, "amfName"),
        "network_name": tree.get(_ROOT, "networkName", "full"),
    }
    if (t3512 := tree.get(_ROOT, "t3512Value")) is not None:
        found["t3512_seconds"] = int(t3512)
    for at in tree.items(_ROOT, "servedGuamiList")[:1]:
        amf_id = int(tree.get(*at, "amfId"), 16)
        found |= {
            "region": amf_id >> 16,
            "set_id": amf_id >> 6 & 0x3FF,
            "pointer": amf_id & 0x3F,
        }
    return {name: value for name, value in found.items() if value is not None}


def _smf(tree: Tree) -> SmfFacts:
    infos = tree.items(_ROOT, "snssaiInfos")
    sessions = [each for at in infos for each in tree.items(*at, "dnnInfos")]
    dnns = dict.fromkeys(str(tree.get(*at, "dnn")) for at in sessions)
    settings: dict[str, Any] = {
        "slices": list(dict.fromkeys(_slice(tree, (*at, "sNssai")) for at in infos)),
        "pools": _pools(tree),
    }
    for at in sessions[:1]:
        servers = tree.get(*at, "dns", "ipv4"), tree.get(*at, "dns", "ipv6")
        settings |= {k: v for k, v in zip(("dns", "dns_ipv6"), servers, strict=True) if v}
    return SmfFacts(Stated(tuple(dnns), tree.where(_ROOT, "snssaiInfos")), settings)


def _pools(tree: Tree) -> dict[str, str]:
    """The first pool of each DNN: ours has one, whatever the slice."""
    pools: dict[str, str] = {}
    nodes = _ROOT, "userplaneInformation", "upNodes"
    for name in tree.get(*nodes) or {}:
        for info in tree.items(*nodes, name, "sNssaiUpfInfos"):
            for at in tree.items(*info, "dnnUpfInfoList"):
                dnn = str(tree.get(*at, "dnn"))
                for pool in tree.items(*at, "pools"):
                    pools.setdefault(dnn, tree.get(*pool, "cidr"))
    return pools


def _home_keys(tree: Tree, lab: Lab) -> None:
    """Identified by their place, from 1 on."""
    for number, at in enumerate(tree.items(_ROOT, "SuciProfile"), 1):
        scheme = int(tree.get(*at, "ProtectionScheme"))
        private = bytes.fromhex(tree.get(*at, "PrivateKey"))
        lab.home_keys.append(Stated(HomeNetworkKey(number, scheme, private), tree.where(*at)))


def _slice(tree: Tree, at: Location) -> str:
    return slice_of(tree.get(*at, "sst"), tree.get(*at, "sd"))
