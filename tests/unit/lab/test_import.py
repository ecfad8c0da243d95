"""Configuration files of other makes become ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from nfs.amf.config import AmfConfig
from nfs.cli import app
from nfs.smf.config import SmfConfig
from nfs.testbed import load_config
from nfs.udm import subscribers
from nfs.udm.config import UdmConfig

DATA = Path(__file__).parents[2] / "data"


def imported(folder: Path, make: str, *names: str, more: tuple[str, ...] = ()) -> dict[str, Any]:
    target = folder / "config.yaml"
    files = [str(DATA / make / name) for name in names]
    arguments = ["import", make, *files, "-o", str(target), "--json", *more]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.output)
    assert set(said["files"]) == set(files)
    return said["files"]


def test_open5gs(tmp_path: Path) -> None:
    said = imported(tmp_path, "open5gs", "amf.yaml", "smf.yaml", "udm.yaml")
    config = load_config(tmp_path / "config.yaml")
    amf, smf = AmfConfig(**config.section("amf")), SmfConfig(**config.section("smf"))
    assert (amf.plmn, amf.n2, amf.tacs) == ("999/70", "sctp://127.0.0.5:38412", (1, 3, 4, 5))
    assert (amf.slices, amf.guami.amf_id) == (("1", "1-010203"), "020040")
    assert (amf.name, amf.network_name, amf.t3512_seconds) == ("open5gs-amf0", "Open5GS", 540)
    assert list(map(int, amf.integrity_order)) == [2, 1]
    assert list(map(int, amf.ciphering_order)) == [0, 1, 2]
    assert {dnn: str(pool) for dnn, pool in smf.pools.items()} == {
        "internet": "10.45.0.0/16",
        "ims": "10.46.0.0/16",
    }
    assert (str(smf.prefixes["internet"]), smf.mtu) == ("2001:db8:cafe::/48", 1400)
    assert (smf.n4, [upf.n4 for upf in smf.upfs]) == (
        "udp://127.0.0.4:8805",
        ["udp://127.0.0.7:8805"],
    )
    assert config.section("upf")["n3"] == "udp://127.0.0.7:2152"
    assert (str(smf.dns), str(smf.dns_ipv6)) == ("8.8.8.8", "2001:4860:4860::8888")
    key = UdmConfig(**config.section("udm")).home_network_keys[0].load()
    assert key.public_key.hex().startswith("5a8d3886")
    of_amf = said[str(DATA / "open5gs" / "amf.yaml")]
    assert "amf.tai" in of_amf["taken"]
    assert of_amf["left"] == ["logger.file", "amf.sbi"]


def test_free5gc(tmp_path: Path) -> None:
    said = imported(tmp_path, "free5gc", "amfcfg.yaml", "smfcfg.yaml", "udmcfg.yaml")
    config = load_config(tmp_path / "config.yaml")
    amf, smf = AmfConfig(**config.section("amf")), SmfConfig(**config.section("smf"))
    assert (amf.plmn, amf.n2, amf.tacs) == ("208/93", "sctp://127.0.0.18:38412", (10,))
    assert (amf.slices, amf.guami.amf_id) == (("1-010203", "1-112233"), "cafe00")
    assert (smf.slices, str(smf.pools["internet"])) == (amf.slices, "10.60.0.0/16")
    keys = UdmConfig(**config.section("udm")).home_network_keys
    assert [(key.id, key.scheme) for key in keys] == [(1, 1), (2, 2)]
    left = said[str(DATA / "free5gc" / "amfcfg.yaml")]["left"]
    assert {"configuration.sbi", "configuration.supportDnnList"} <= set(left)


def test_ueransim(tmp_path: Path) -> None:
    twice = "gnb.yaml", "ue.yaml", "ue.yaml"
    said = imported(tmp_path, "ueransim", *twice, more=("--ues", "20"))
    config = load_config(tmp_path / "config.yaml")
    amf = AmfConfig(**config.section("amf"))
    assert (amf.plmn, amf.n2, amf.tacs, amf.slices) == (
        *("999/70", "sctp://127.0.0.5:38412", (1,), ("1",)),
    )
    file = UdmConfig(**config.section("udm")).subscribers
    assert file.stat().st_mode & 0o077 == 0
    found = subscribers.load(file)
    last = found.get("imsi-999700000000020")
    assert len(found) == 20
    assert last is not None
    assert (last.opc, last.slices) == ("E8ED289DEBA952E4283B54E88E6183CA", {"1": ("internet",)})
    ue = said[str(DATA / "ueransim" / "ue.yaml")]
    assert "key" in ue["taken"]
    assert "imei" in ue["left"]


def test_what_was_imported_fits_what_it_was_imported_from(tmp_path: Path) -> None:
    imported(tmp_path, "ueransim", "gnb.yaml", "ue.yaml")
    files = [tmp_path / "config.yaml", *(DATA / "ueransim").iterdir()]
    result = CliRunner().invoke(app, ["check", *map(str, files)])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("make", "content", "said"),
    [
        ("open5gs", {"info": {}, "configuration": {}}, "looks like free5gc, not open5gs"),
        ("open5gs", {"amf": {"sbi": 1, "tai": [{"tac": "x"}]}}, "not as Open5GS has it"),
        ("free5gc", {"info": {}, "configuration": {"SuciProfile": [{}]}}, "not as free5GC has it"),
        (
            "open5gs",
            {"udm": {"sbi": 1, "hnet": [{"id": 1, "scheme": 1, "key": "no"}]}},
            "hnet.0.key",
        ),
        ("open5gs", {"amf": {"sbi": 1, "plmn_support": [{"s_nssai": 7}]}}, "config.yaml"),
    ],
)
def test_files_that_cannot_be_imported_are_refused(
    tmp_path: Path, make: str, content: dict[str, Any], said: str
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(content))
    result = CliRunner().invoke(app, ["import", make, str(path), "-o", str(tmp_path / "to.yaml")])
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert not (tmp_path / "to.yaml").exists()
