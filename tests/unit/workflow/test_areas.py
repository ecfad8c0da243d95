from __future__ import annotations

from pathlib import Path

import pytest

from nfs.workflow.meaning.areas import Map

MAP = Map.load()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("school", "school"),
        ("the school", "school"),
        ("der Schule", "school"),
        ("学校", "school"),
        ("my house", "home"),
        ("Hall B", "factory"),
        ("aéroport", "airport"),
        ("駅", "station"),
        ("المدرسة", "school"),
        ("अस्पताल", "hospital"),
        ("schools", None),
        ("Atlantis", None),
        ("", None),
        ("the", None),
    ],
)
def test_a_place_has_names_in_many_languages(name: str, found: str | None) -> None:
    area = MAP.find(name)
    assert (area.id if area else None) == found


def test_a_place_is_all_that_is_within_it() -> None:
    city, park = MAP.find("city"), MAP.find("industrial park")
    assert city is not None
    assert park is not None
    assert city.tacs == {1, 2}
    assert (park.tacs, park.cells) == ({3}, {"000000030"})


def test_no_name_is_of_two_places() -> None:
    for area in MAP.areas:
        for name in area.names:
            found = MAP.find(name)
            assert found is not None
            assert found.id == area.id, name


@pytest.mark.parametrize(
    "text",
    [
        "areas: [{id: a, names: [a], within: b}]",
        "areas: [{id: a, names: [a], within: b}, {id: b, names: [b], within: a}]",
        "areas: [{id: a, names: [a], within: a}]",
        "areas: [{id: a, names: []}]",
        "areas: [{id: a, names: [a], tacs: [16777216]}]",
        "areas: [{id: a, names: [a], cells: ['1']}]",
        "areas: 7",
        "[]",
    ],
)
def test_a_map_that_cannot_be_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "areas.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match="validation error"):
        Map.load(file)
