"""Namc_Policy: capability-based access control. Nothing is allowed but by an explicit rule (D7)."""

from nfs.amc.policy.decision import DecisionPoint
from nfs.amc.policy.rules import PolicyUnavailable, RuleStore

__all__ = ["DecisionPoint", "PolicyUnavailable", "RuleStore"]
