"""Configuration files of gNBs and UEs as UERANSIM has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from nfs.transports.probe import choose_n2, probe
from ue_sim.config import ConfigError, GnbFile, UeFile

DATA = Path(__file__).parents[2] / "data" / "ueransim"
GNB, UE = DATA / "gnb.yaml", DATA / "ue.yaml"


def changed(folder: Path, file: Path, *changes: tuple[str, str]) -> Path:
    text = file.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / file.name
    path.write_text(text)
    return path


def test_a_gnb_is_what_its_file_says() -> None:
    file = GnbFile.load(GNB)
    config = file.to_config()
    assert (config.plmn, config.tac, config.slices) == ("999/70", 1, ("1",))
    assert (config.gnb_id, config.gnb_id_bits, config.cell, config.nci) == (1, 32, 0, 0x10)
    assert config.n3_address == "127.0.0.1"
    assert file.n2() == [f"{choose_n2(probe())[0]}://127.0.0.5:38412?local=127.0.0.1"]


def test_the_cell_identity_is_split_as_its_length_says(tmp_path: Path) -> None:
    path = changed(tmp_path, GNB, ("idLength: 32", "idLength: 22"), ("000000010", "123456789"))
    config = GnbFile.load(path).to_config()
    assert (config.gnb_id, config.cell) == (0x123456789 >> 14, 0x123456789 & 0x3FFF)
    assert config.nci == 0x123456789


def test_numbers_are_read_as_ueransim_reads_them(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        GNB,
        ("- sst: 1", "- {sst: 0x01, sd: 0x010203}\n  - {sst: 1, sd: 010203}"),
        ("mnc: '70'", "mnc: 07"),
        ("tac: 1", "tac: 010"),
        ("port: 38412", "port: 38412\n    transport: tcp"),
    )
    file = GnbFile.load(path)
    config = file.to_config()
    assert (config.slices, config.plmn) == (("1-010203", "1-0027db"), "999/07")
    assert config.tac == 10
    assert file.n2() == ["tcp://127.0.0.5:38412?local=127.0.0.1"]


def test_a_ue_is_what_its_file_says() -> None:
    file = UeFile.load(UE)
    config = file.to_config(2)
    assert config.supi == "imsi-999700000000003"
    assert (config.opc, config.op) == ("E8ED289DEBA952E4283B54E88E6183CA", None)
    assert config.requested_nssai == ("1",)
    session = config.sessions[0]
    assert (session.type, session.dnn, session.s_nssai) == ("IPv4", "internet", "1")
    assert config.integrity == config.ciphering == (0, 1, 2, 3)
    assert file.gnb_search_list == ("127.0.0.1",)
    assert not file.without_effect


def test_op_slices_algorithms_and_rates_of_a_ue(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        UE,
        ("'OPC'", "OP"),
        ("configured-nssai:\n  - sst: 1\n", ""),
        ("IA1: true", "IA1: false"),
        ("EA3: true", "EA3: false"),
        ("uplink: 'full'", "uplink: 64kbps"),
        ("'IPv4'", "IPv4v6"),
        ("supi: 'imsi-999", "unheard-of: 1\nsupi: 'imsi-999"),
    )
    file = UeFile.load(path)
    config = file.to_config()
    assert (config.opc, config.op) == (None, "E8ED289DEBA952E4283B54E88E6183CA")
    assert config.requested_nssai == ("1-000001",)
    assert (config.integrity, config.ciphering) == ((0, 2, 3), (0, 1, 2))
    assert config.integrity_full_rate == (False, True)
    assert config.sessions[0].type == "IPv4v6"
    assert file.without_effect == [f"{path}:2: unheard-of"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("idLength: 32", "idLength: 40"), "gnb.yaml:5: idLength: .*32, not '40'"),
        (("tac: 1\n", ""), "gnb.yaml:2: tac is missing"),
        (("address: 127.0.0.5", "address: amf.lab"), "gnb.yaml:11: amfConfigs.0.address: give"),
        (("- sst: 1", "- sst: 300"), "gnb.yaml:14: slices.0.sst"),
        (("mcc: '999'", "mcc: 99"), "gnb.yaml:2: mcc"),
        (("mcc: '999'", "mcc: [1"), "not YAML"),
        (("slices:", "slices: 7\nother:"), "gnb.yaml:13: slices"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        GnbFile.load(changed(tmp_path, GNB, change))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("'999'", "'208'"), "does not begin with mcc 208"),
        (("opType: 'OPC'", "opType: 'opc'"), "ue.yaml:11: opType"),
        (("Scheme: 0", "Scheme: 2\n#"), "^(?!.*465B)"),
        (("key: '465B5C", "key: '465B5"), "ue.yaml:9: key: give 32 hexadecimal digits$"),
        (("IA2: true", "IA2: maybe"), "integrity.IA2"),
        (("'IPv4'", "'IPv5'"), "sessions.0.type: .*'IPv5'"),
    ],
)
def test_mistakes_of_a_ue_are_told_without_its_keys(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    path = changed(tmp_path, UE, change)
    if "#" in change[1]:
        path = changed(tmp_path, path, ("homeNetworkPublicKey: '5a8d", "#: '5a8d"))
        said = "need homeNetworkPublicKey"
    with pytest.raises(ConfigError, match=said) as refused:
        UeFile.load(path)
    assert "465B5" not in str(refused.value)


BILLION_LAUGHS = "a0: &a0 [1]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)


@pytest.mark.parametrize(
    "text", ["", "7", "[]", "a: &a [*a]", "\x00", BILLION_LAUGHS, "x: " + "[" * 5000]
)
def test_what_is_no_configuration_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gnb.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"gnb\.yaml"):
        GnbFile.load(path)


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        GnbFile.load(tmp_path / "absent.yaml")
    large = tmp_path / "large.yaml"
    large.write_text("#" * (1 << 20) + "\n")
    with pytest.raises(ConfigError, match="larger"):
        GnbFile.load(large)
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError, match="not YAML"):
        GnbFile.load(binary)
