"""Configurations of a lab, ours and other makes': read, checked against each other, imported."""

from nfs.lab.consistency import Finding, check
from nfs.lab.facts import Lab
from nfs.lab.reader import read

__all__ = ["Finding", "Lab", "check", "read"]
