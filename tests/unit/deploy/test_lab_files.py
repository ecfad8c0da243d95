"""The files of deploy/open5gs and deploy/free5gc are what our NFs, gNB and UE read."""

from __future__ import annotations

from pathlib import Path

import pytest

from nfs.agents.core_agent import CoreAgentConfig
from nfs.testbed import load_config
from nfs.testbed.kinds import AGENTS, NFS
from ue_sim.config import GnbFile, UeFile

DEPLOY = Path(__file__).parents[3] / "deploy"


@pytest.mark.parametrize("lab", ["open5gs", "free5gc"])
def test_the_files_of_a_lab(lab: str) -> None:
    config = load_config(DEPLOY / lab / "agentnf.yaml")
    made = {}
    for name in config.model_dump(exclude_defaults=True).keys() - {"common"}:
        kind = CoreAgentConfig if name in AGENTS else NFS[name][1]
        made[name] = kind(**config.section(name))
    assert {"amc", "agw", "iaf", "amf"} <= made.keys()
    assert not any(nf.oauth2 for nf in made.values())
    gnb, ue = GnbFile.load(DEPLOY / lab / "gnb.yaml"), UeFile.load(DEPLOY / lab / "ue.yaml")
    assert gnb.plmn == ue.plmn == made["amf"].plmn
    assert set(ue.requested_nssai) <= set(gnb.to_config().slices)
    assert gnb.without_effect == ue.without_effect == []
