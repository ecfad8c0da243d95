"""All NFs of a testbed in one process."""

from nfs.testbed.config import TestbedConfig, load_config, names, topologies
from nfs.testbed.testbed import Testbed

__all__ = ["Testbed", "TestbedConfig", "load_config", "names", "topologies"]
