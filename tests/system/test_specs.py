"""The files in sbi_specs are what the NFs serve."""

from __future__ import annotations

from pathlib import Path

import yaml

from nfs.testbed.specifications import documents

FOLDER = Path(__file__).parents[2] / "sbi_specs"


def test_specifications_are_up_to_date() -> None:
    served = documents()
    assert {p.name for p in FOLDER.glob("*.yaml")} == set(served)
    for name, text in served.items():
        assert yaml.safe_load((FOLDER / name).read_text()) == yaml.safe_load(text), name
