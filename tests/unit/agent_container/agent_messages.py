"""Any agent message, drawn from the tables that the message classes declare."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from nfs.protocols.agent import AgentCause, AgentMessage
from nfs.protocols.agent.codec import _TABLES
from nfs.protocols.agent.elements import (
    COMPREHENSION_REQUIRED,
    CauseValue,
    Diagnostic,
    Format,
    Octets,
    Text,
    TextList,
    Unsigned,
)
from nfs.protocols.agent.messages import MESSAGES

SHORT_TEXT = st.text(max_size=8)


def values(form: Format[Any]) -> st.SearchStrategy[Any]:
    match form:
        case Octets(limit):
            return st.binary(max_size=min(limit, 40))
        case Diagnostic() | Text():
            return SHORT_TEXT
        case TextList():
            return st.lists(SHORT_TEXT, max_size=5).map(tuple)
        case Unsigned(maximum=maximum):
            return st.integers(0, maximum)
        case CauseValue():
            return st.sampled_from(AgentCause)
        case _:
            raise AssertionError(form)


def unknown_ies(kind: type[AgentMessage]) -> st.SearchStrategy[tuple[tuple[int, bytes], ...]]:
    known = {row.ie.iei for row in _TABLES[kind]}
    identifiers = st.integers(0, COMPREHENSION_REQUIRED - 1).filter(lambda iei: iei not in known)
    return st.dictionaries(identifiers, st.binary(max_size=8), max_size=3).map(
        lambda elements: tuple(elements.items())
    )


@cache
def messages_of(kind: type[AgentMessage]) -> st.SearchStrategy[AgentMessage]:
    fields: dict[str, st.SearchStrategy[Any]] = {
        row.name: values(row.ie.format) if row.mandatory else st.none() | values(row.ie.format)
        for row in _TABLES[kind]
    }
    drawn = st.builds(kind, pti=st.integers(0, 254), unknown_ies=unknown_ies(kind), **fields)
    return drawn.filter(lambda message: message.conditional_ie_error() is None)


any_message = st.one_of([messages_of(kind) for kind in MESSAGES])
