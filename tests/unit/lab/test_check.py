"""Files of a lab against each other: ours and those of other makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from nfs.cli import app
from nfs.cli.check import tell_at_start
from nfs.lab import check, read
from nfs.protocols.crypto.milenage import Milenage
from nfs.testbed import load_config

DATA = Path(__file__).parents[2] / "data"
UERANSIM = DATA / "ueransim"
K, OPC = "465B5CE8B199B49FAA5F0A2EE238A6BC", "E8ED289DEBA952E4283B54E88E6183CA"


def ours(folder: Path, **sections: dict[str, Any]) -> Path:
    """A testbed for the UERANSIM files, and what differs."""
    config: dict[str, dict[str, Any]] = {"amf": {"n2": "tcp://127.0.0.5:38412"}}
    for name, section in sections.items():
        config[name] = config.get(name, {}) | section
    path = folder / "testbed.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


def subscribers(folder: Path, **changes: Any) -> dict[str, dict[str, str]]:
    entry = {"supi": "imsi-999700000000001", "k": K, "opc": OPC} | changes
    given = {name: value for name, value in entry.items() if value is not None}
    path = folder / "subscribers.yaml"
    path.write_text(yaml.safe_dump({"subscribers": [given]}))
    return {"udm": {"subscribers": str(path)}}


def changed(folder: Path, name: str, *changes: tuple[str, str]) -> Path:
    text = (UERANSIM / name).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text)
    return path


def problems(*paths: Path) -> list[str]:
    return [finding.problem for finding in check(read(list(paths)))]


def test_the_usual_lab_fits(tmp_path: Path) -> None:
    assert problems(ours(tmp_path), UERANSIM / "gnb.yaml", UERANSIM / "ue.yaml") == []
    assert problems(DATA / "open5gs" / "amf.yaml", UERANSIM / "gnb.yaml") == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("127.0.0.5", "127.0.0.6"), "no AMF listens at 127.0.0.6:38412; the AMFs do at 127.0.0.5"),
        (("port: 38412", "port: 38413"), "no AMF listens at 127.0.0.5:38413"),
        (("38412", "38412\n    transport: sctp"), "the gNB speaks sctp, the AMF tcp"),
        (("'999'", "'208'"), "the gNB broadcasts PLMN 208/70, the AMF serves 999/70"),
        (("tac: 1", "tac: 7"), "the gNB is in TAC 7, the AMF serves 1, 2, 3, 4"),
        (("sst: 1", "{sst: 1, sd: 1}"), "slices of the gNB: 1-000001; of the AMF: 1"),
        (("sst: 1", "sst: 1\n  - sst: 2"), "the AMF does not serve slice 2 of the gNB"),
    ],
)
def test_a_gnb_that_does_not_fit_the_amf(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    found = problems(ours(tmp_path), changed(tmp_path, "gnb.yaml", change))
    assert any(each.startswith(problem) for each in found), found


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("000000001'", "000099999'"), "the UDM has no subscriber imsi-999700000099999"),
        (("key: '465B", "key: '465C"), "K of imsi-999700000000001 is another in the UE than in"),
        (("op: 'E8ED", "op: 'E8EE"), "OPc of imsi-999700000000001 is another"),
        (("'OPC'", "'OP'"), "op of imsi-999700000000001 is said to be OP, and is the other one"),
        (("apn: 'internet'", "apn: ims"), "no SMF serves DNN ims; they do agents, internet"),
        (("apn: 'internet'", "apn: ims"), "imsi-999700000000001 has no subscription to DNN ims"),
        (("protectionScheme: 0", "protectionScheme: 1"), "the UDM has no home network key 1 of"),
    ],
)
def test_a_ue_that_does_not_fit_the_core(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    found = problems(ours(tmp_path), changed(tmp_path, "ue.yaml", change))
    assert any(each.startswith(problem) for each in found), found


def test_slices_of_ue_amf_and_subscriber(tmp_path: Path) -> None:
    ue = changed(
        tmp_path, "ue.yaml", ("configured-nssai:\n  - sst: 1", "configured-nssai:\n  - sst: 7")
    )
    found = problems(ours(tmp_path), ue)
    assert "slices of the UE: 7; of the AMF: 1" in found
    assert "slices of the UE: 7; subscribed: 1" in found


def test_algorithms_without_a_common_one(tmp_path: Path) -> None:
    core = ours(tmp_path, amf={"integrity_order": [1], "ciphering_order": [3]})
    ue = changed(tmp_path, "ue.yaml", ("IA1: true", "IA1: false"), ("EA3: true", "EA3: false"))
    assert problems(core, ue) == [
        "no integrity algorithm in common: UE NIA2, NIA3; AMF NIA1",
        "no ciphering algorithm in common: UE NEA0, NEA1, NEA2; AMF NEA3",
    ]


def test_op_said_to_be_opc_and_the_separation_bit(tmp_path: Path) -> None:
    opc = Milenage.opc_from_op(bytes.fromhex(K), bytes.fromhex(OPC)).hex()
    core = ours(tmp_path, **subscribers(tmp_path, opc=opc, amf="0000"))
    found = problems(core, UERANSIM / "ue.yaml")
    assert "op of imsi-999700000000001 is said to be OPC, and is the other one" in found
    assert any("separation bit" in each for each in found)


def test_keys_that_sucis_are_concealed_for(tmp_path: Path) -> None:
    free5gc = DATA / "free5gc" / "udmcfg.yaml"
    profile_a = changed(tmp_path, "ue.yaml", ("Scheme: 0", "Scheme: 1"))
    assert problems(free5gc, profile_a) == []
    assert problems(DATA / "open5gs" / "udm.yaml", profile_a) == []
    other = changed(tmp_path, "ue.yaml", ("Scheme: 0", "Scheme: 1"), ("'5a8d", "'5b8d"))
    assert problems(free5gc, other) == ["home network key 1 of the UE is not the UDM's"]


def test_nfs_of_two_plmns_and_a_dnn_that_nobody_serves(tmp_path: Path) -> None:
    core = ours(tmp_path, smf={"plmn": "001/01", "pools": {"internet": "10.45.0.0/16"}})
    core_text = core.read_text().replace("smf:", "smf:\n  prefixes: {}")
    core.write_text(core_text)
    found = check(read([core]))
    assert [f.problem for f in found] == [
        "PLMN 001/01 here, 999/70 at the AMF",
        "DNN agents is subscribed, and no SMF serves it",
    ]
    assert [f.severity for f in found] == ["error", "warning"]
    assert found[0].places[0] == f"{core}:5: smf.plmn"


def test_two_gnbs_two_ues_and_where_they_look(tmp_path: Path) -> None:
    gnb = changed(tmp_path, "gnb.yaml", ("linkIp: 127.0.0.1", "linkIp: 127.0.0.2"))
    ue = changed(tmp_path, "ue.yaml", ("gnbSearchList:\n  - 127.0.0.1", "gnbSearchList: ['::1']"))
    found = problems(UERANSIM / "gnb.yaml", gnb, UERANSIM / "ue.yaml", ue)
    assert "two gNBs have the identity 1" in found
    assert "two UEs are imsi-999700000000001" in found
    assert "the UE looks for gNBs at ::1; they are at 127.0.0.1, 127.0.0.2" in found


def test_the_command_names_places_and_remedies_and_has_exit_codes(tmp_path: Path) -> None:
    core, gnb = ours(tmp_path), changed(tmp_path, "gnb.yaml", ("tac: 1", "tac: 7"))
    run = CliRunner().invoke
    fits = run(app, ["check", str(core), str(UERANSIM / "gnb.yaml")])
    assert (fits.exit_code, "0 findings" in fits.output) == (0, True)
    refused = run(app, ["check", "--json", str(core), str(gnb)])
    said = json.loads(refused.output)
    assert refused.exit_code == 1
    assert said["findings"][0]["places"][0] == f"{gnb}:6: tac"
    assert "tac of the gNB" in said["findings"][0]["remedy"]
    absent = run(app, ["check", str(tmp_path / "absent.yaml")])
    assert (absent.exit_code, "No such file" in absent.output) == (2, True)


@pytest.mark.parametrize("text", ["", "x: 1", "amf: {tacs: many}", "amf: {tags: [1]}", "amf: 7"])
def test_what_is_no_configuration_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 2
    assert "config.yaml" in result.output


def test_at_the_start_of_an_nf_files_of_others_may_be_absent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = {"udm": {"subscribers": str(tmp_path / "absent.yaml")}}
    for sections, said in ((absent, ""), ({"smf": {"plmn": "001/01"}}, "PLMN 001/01 here")):
        path = ours(tmp_path, **sections)
        tell_at_start(load_config(path), path)
        assert said in capsys.readouterr().err
