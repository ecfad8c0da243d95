"""Agents at accesses that authenticate nobody."""
