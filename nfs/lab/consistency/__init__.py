"""Whether the files of a lab fit each other: a table of checks, one file for each subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nfs.lab.consistency import algorithms, gnbs, home_network, sessions, subscribers
from nfs.lab.consistency.finding import ERROR, WARNING, Finding
from nfs.lab.facts import Lab

CHECKS: tuple[Callable[[Lab], Iterator[Finding]], ...] = (
    gnbs.reach_an_amf,
    gnbs.are_accepted,
    gnbs.are_different,
    gnbs.are_found_by_ues,
    subscribers.are_provisioned,
    subscribers.have_the_same_keys,
    subscribers.are_different,
    sessions.have_slices,
    sessions.have_dnns,
    algorithms.in_common,
    home_network.same_plmn,
    home_network.keys_of_sucis,
)

__all__ = ["ERROR", "WARNING", "Finding", "check"]


def check(lab: Lab) -> list[Finding]:
    """What will not work, and then what may not be meant, in the order of the table."""
    found = [finding for run in CHECKS for finding in run(lab)]
    return sorted(found, key=lambda finding: finding.severity != ERROR)
