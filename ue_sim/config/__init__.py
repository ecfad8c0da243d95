"""Configuration files of gNBs and UEs, as UERANSIM has them."""

from ue_sim.config.document import ConfigError
from ue_sim.config.gnb import GnbFile
from ue_sim.config.ue import UeFile

__all__ = ["ConfigError", "GnbFile", "UeFile"]
