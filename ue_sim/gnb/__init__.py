"""The gNB of the simulator: N2 towards an AMF, NAS towards its UEs."""

from ue_sim.gnb.gnb import Gnb, GnbConfig, NgSetupError, RrcConnection

__all__ = ["Gnb", "GnbConfig", "NgSetupError", "RrcConnection"]
