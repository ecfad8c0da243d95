"""What a testbed is made of: network functions and sample agents, each with its configuration."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nfs.agents.anomaly_detection import AnomalyDetectionAgent
from nfs.agents.ocr import OcrAgent
from nfs.agents.summarisation import SummarisationAgent
from nfs.agents.training.agent import TrainingAgent
from nfs.agents.translation import TranslationAgent
from nfs.agw.app import Agw
from nfs.agw.config import AgwConfig
from nfs.amc.app import Amc
from nfs.amc.config import AmcConfig
from nfs.amf.app import Amf
from nfs.amf.config import AmfConfig
from nfs.ausf.app import Ausf
from nfs.ausf.config import AusfConfig
from nfs.common.nf import NetworkFunction, NfConfig
from nfs.ers.app import Ers
from nfs.ers.config import ErsConfig
from nfs.iaf.app import Iaf
from nfs.iaf.config import IafConfig
from nfs.nrf.app import Nrf
from nfs.nrf.config import NrfConfig
from nfs.smf.app import Smf
from nfs.smf.config import SmfConfig
from nfs.udm.app import Udm
from nfs.udm.config import UdmConfig
from nfs.upf.app import Upf
from nfs.upf.config import UpfConfig

NFS: dict[str, tuple[Callable[..., NetworkFunction], type[NfConfig]]] = {
    "nrf": (Nrf, NrfConfig),
    "udm": (Udm, UdmConfig),
    "ausf": (Ausf, AusfConfig),
    "amc": (Amc, AmcConfig),
    "agw": (Agw, AgwConfig),
    "upf": (Upf, UpfConfig),
    "smf": (Smf, SmfConfig),
    "iaf": (Iaf, IafConfig),
    "ers": (Ers, ErsConfig),
    "amf": (Amf, AmfConfig),
}
"""In the order in which they are started: each finds the ones before it."""

AGENTS: dict[str, tuple[Callable[..., NetworkFunction], int]] = {
    "translation": (TranslationAgent, 7721),
    "summarisation": (SummarisationAgent, 7722),
    "ocr": (OcrAgent, 7723),
    "anomaly": (AnomalyDetectionAgent, 7751),
    **{
        site: (partial(TrainingAgent, site=site), 7752 + number)
        for number, site in enumerate(("foundry", "mill", "press", "paintshop"))
    },
}
USUAL_AGENTS = ("translation", "summarisation", "ocr")
"""Those that a testbed has unless all are asked for: each takes its milliseconds to start."""
