"""Which model, and how much of it."""

from __future__ import annotations

import os
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, SecretStr

KEY = "AGENTNF_LLM_API_KEY"


class Use(StrEnum):
    """When the model is asked."""

    ALWAYS = "always"
    WHEN_UNSURE = "when-unsure"
    """Only for what the offline analyser does not read with confidence."""


class LlmConfig(BaseModel):
    """The endpoint of vLLM, Ollama, llama.cpp or a provider: ``base_url`` ends in ``/v1``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field(pattern=r"^https?://")
    model: str = Field(min_length=1)
    api_key: SecretStr = Field(default_factory=lambda: SecretStr(os.environ.get(KEY, "none")))
    """Where it is not given: the environment variable AGENTNF_LLM_API_KEY."""
    use: Use = Use.WHEN_UNSURE
    sure: float = Field(default=0.75, ge=0, le=1)
    """Confidence from which the offline analyser is not questioned."""
    seconds: float = Field(default=5.0, gt=0, le=60)
    """For one answer; then the offline analysis stands."""
    answer_tokens: int = Field(default=600, ge=50, le=4096)
    tokens_per_hour: int = Field(default=1_000_000, ge=0)
    """Budget of prompts and answers together; 0 never asks."""
    in_flight: int = Field(default=8, ge=1, le=256)
    """Texts that are with the model at once; others are analysed offline."""
