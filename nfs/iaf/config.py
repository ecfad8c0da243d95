"""Configuration of the IAF."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from nfs.common.nf import NfConfig
from nfs.semantics.llm import LlmConfig


class IafConfig(NfConfig):
    port: int = 7715
    gateway_id: str = "agw-1"
    agent_account_key: str | None = None
    """Binding key of the account core.intent at the AMC; None is the embedded testbed's key."""
    policies: Path | None = None
    """The operator's policies for intents; None is ``nfs/workflow/policies.yaml``."""
    llm: LlmConfig | None = None
    """A language model for what the offline analyser is not sure of; None does without."""
    assurance_period: float = Field(default=1.0, gt=0)
    """Seconds from one look at a fulfilled intent's targets to the next."""
