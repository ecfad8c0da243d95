"""Conversation with a subscriber: questions and answers, corrections, earlier requests."""

from nfs.workflow.dialogue.dialogue import Dialogue

__all__ = ["Dialogue"]
