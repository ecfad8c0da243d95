"""A plan's steps, what they work with, and how they are run and taken back (L8, L25, K5)."""

from nfs.workflow.execution.compensation import undo
from nfs.workflow.execution.execution import Execution, TellDevice
from nfs.workflow.execution.run import Cancelled, run_steps
from nfs.workflow.execution.step import Step
from nfs.workflow.execution.tools import Tools, UndoCall

__all__ = ["Cancelled", "Execution", "Step", "TellDevice", "Tools", "UndoCall", "run_steps", "undo"]
