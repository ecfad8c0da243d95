"""Operator-defined intents to and from the formats of others, without loss: one file a format.

Each has ``to_FORMAT`` and ``from_FORMAT``; both raise NotConvertible, which names the place.
"""
