"""All NFs of a testbed in one process."""

from nfs.testbed.testbed import Testbed, TestbedConfig, load_config, topologies

__all__ = ["Testbed", "TestbedConfig", "load_config", "topologies"]
