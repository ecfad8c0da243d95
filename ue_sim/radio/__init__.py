"""The radio between UEs and a gNB of another process: frames on a TCP connection."""

from ue_sim.radio.cell import Cell, RadioConnection
from ue_sim.radio.client import RemoteCell
from ue_sim.radio.server import RadioServer

__all__ = ["Cell", "RadioConnection", "RadioServer", "RemoteCell"]
