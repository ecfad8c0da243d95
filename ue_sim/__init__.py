"""gNB and UE simulator."""

from ue_sim.gnb import Gnb, GnbConfig, NgSetupError
from ue_sim.ue.config import UeConfig
from ue_sim.ue.equipment import UserEquipment, attach
from ue_sim.ue.errors import NoAnswer, ProcedureRejected
from ue_sim.ue.os_agent import SayResult

__all__ = [
    "Gnb",
    "GnbConfig",
    "NgSetupError",
    "NoAnswer",
    "ProcedureRejected",
    "SayResult",
    "UeConfig",
    "UserEquipment",
    "attach",
]
