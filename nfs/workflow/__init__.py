"""What a network function with agent capability does with an intent (requirements L1, L7, L8)."""

from nfs.workflow.lives.intents import Intents
from nfs.workflow.workflow import IntentWorkflow, Progress

__all__ = ["IntentWorkflow", "Intents", "Progress"]
