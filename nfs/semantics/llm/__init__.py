"""Analysis of intents by a large language model behind an OpenAI-compatible API.

The model only reads: what it answers is validated like any stranger's input, grants nothing, and
the offline analyser stands in wherever it fails.
"""

from nfs.semantics.llm.analyser import Analyse, LlmAnalyser, offline
from nfs.semantics.llm.config import LlmConfig

__all__ = ["Analyse", "LlmAnalyser", "LlmConfig", "offline"]
