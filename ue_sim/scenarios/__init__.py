"""Scenarios: what users say to their phones, and what must come of it. The YAML files are beside
this module; docs/scenarios.md says how to write one."""

from ue_sim.scenarios.play import ImpairN3, StepOutcome, play
from ue_sim.scenarios.scenario import Scenario, ScenarioError, find, packaged

__all__ = ["ImpairN3", "Scenario", "ScenarioError", "StepOutcome", "find", "packaged", "play"]
