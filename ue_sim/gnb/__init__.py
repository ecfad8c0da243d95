"""The gNB of the simulator: N2 towards AMFs, NAS towards its UEs."""

from ue_sim.gnb.config import GnbConfig
from ue_sim.gnb.errors import NgSetupError
from ue_sim.gnb.gnb import Gnb
from ue_sim.gnb.rrc import RrcConnection

__all__ = ["Gnb", "GnbConfig", "NgSetupError", "RrcConnection"]
