"""The offline analyser: natural language to operator-defined intent, and why."""

from nfs.semantics.analyser.analysis import UNSUPPORTED_LANGUAGE, analyse, explain
from nfs.semantics.analyser.readings import Reading
from nfs.semantics.analyser.text import EmptyText, TextError, TextTooLong

__all__ = [
    "UNSUPPORTED_LANGUAGE",
    "EmptyText",
    "Reading",
    "TextError",
    "TextTooLong",
    "analyse",
    "explain",
]
