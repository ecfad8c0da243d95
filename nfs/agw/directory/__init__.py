"""The capability directory: detailed information on locally registered agents only (B6)."""

from nfs.agw.directory.agent import Agent
from nfs.agw.directory.directory import CANDIDATES, Directory

__all__ = ["CANDIDATES", "Agent", "Directory"]
