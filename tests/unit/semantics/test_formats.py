"""Whatever is done to a foreign document: it is refused, or all of it comes back."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from intent_documents import intents

from nfs.semantics.exchange import Format
from nfs.semantics.exchange.exact import NotConvertible, require_same
from nfs.semantics.exchange.formats import read, write
from nfs.semantics.ontology.reading import read_intent

DATA = Path(__file__).parents[2] / "data" / "exchange"
REQUESTS = [
    sample["request"] for sample in yaml.safe_load((DATA / "camara.yaml").read_text("utf-8"))
]

_scalars = st.none() | st.booleans() | st.integers(-5, 500) | st.floats() | st.text(max_size=5)
_values = st.recursive(
    _scalars
    | st.sampled_from(["qos.assure", "latency", "IS_EQUAL_TO", "QOS_E", "+12345", "T18:00"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)


def _places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into a document."""
    inner = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    return [(*at, step) for step, _ in inner] + [
        place for step, child in inner for place in _places(child, (*at, step))
    ]


@st.composite
def _changed(draw: st.DrawFn, documents: st.SearchStrategy[Any]) -> Any:
    document = copy.deepcopy(draw(documents))
    for _ in range(draw(st.integers(1, 2))):
        *steps, last = draw(st.sampled_from(_places(document)))
        parent = document
        for step in steps:
            parent = parent[step]
        match draw(st.integers(0, 3)):
            case 0:
                parent[last] = draw(_values)
            case 1:
                del parent[last]
            case 2 if isinstance(parent, dict):
                parent[draw(st.text(min_size=1, max_size=4))] = draw(_values)
            case _ if isinstance(parent, list):
                parent.append(draw(_values) if draw(st.booleans()) else copy.deepcopy(parent[last]))
        if not _places(document):
            break
    return document


def _documents(form: Format) -> st.SearchStrategy[Any]:
    if form is Format.CAMARA:
        return st.sampled_from(REQUESTS)
    return intents().map(
        lambda document: json.loads(json.dumps(write(read_intent(document), form)))
    )


@pytest.mark.parametrize("form", [Format.TS28312, Format.TMF921, Format.CAMARA])
@settings(max_examples=50)
@given(data=st.data())
def test_nothing_is_left_out_silently(form: Format, data: st.DataObject) -> None:
    document = data.draw(_changed(_documents(form)))
    try:
        converted = read(document, form)
    except NotConvertible:
        return
    written = write(converted.intent, form, converted.kept)
    require_same(document, written)
    require_same(written, document)


@pytest.mark.parametrize("form", Format)
@settings(max_examples=30)
@given(document=_values)
def test_whatever_is_read_nothing_else_is_raised(form: Format, document: Any) -> None:
    with suppress(NotConvertible):
        read(document, form)
