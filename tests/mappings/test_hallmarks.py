"""The hallmarks of style files: read, checked, and kept by each style's own patterns."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import MappingError
from engine.score.grid import FOUR_FOUR
from engine.score.hallmarks import KINDS
from engine.score.notes import Hit, Voice
from mappings.styles import load_style
from tests.mappings.test_styles import written
from tests.styles import BANK

RULE = {
    "name": "pulse",
    "kind": "kick",
    "text": "The kick has one and three.",
    "voices": ["kick"],
    "at": "1 3",
    "strokes": [2, 2],
    "share": 0.9,
    "mark": "design choice",
    "source": "By ear.",
}


def test_a_file_gives_hallmarks_and_the_strokes_of_the_pattern_that_keeps_them(
    tmp_path: Path,
) -> None:
    (rule,) = load_style(written(tmp_path, hallmarks=[RULE])).hallmarks
    assert (rule.name, rule.kind, rule.voices) == ("pulse", "kick", (Voice.KICK,))
    assert (rule.places, rule.fewest, rule.most, rule.share) == ((0, 960), 2, 2, 0.9)
    assert (rule.softest, rule.loudest) == (1, 127)
    assert (rule.text, rule.mark, rule.source) == (RULE["text"], "design choice", "By ear.")
    assert rule.strokes == (Hit(0, Voice.KICK, 118), Hit(960, Voice.KICK, 98))


@pytest.mark.parametrize(
    ("at", "ticks"),
    [
        (1, (0,)),
        ("1e 2& 3a", (120, 720, 1320)),
        ("1trip 4let", (160, 1760)),
        ("beats 2", (0, 480, 960, 1440)),
        ("offbeats", (240, 720, 1200, 1680)),
        ("8ths", tuple(range(0, 1920, 240))),
        ("16ths", tuple(range(0, 1920, 120))),
        ("triplets", tuple(range(0, 1920, 160))),
    ],
)
def test_places_are_counted_as_musicians_count(
    tmp_path: Path, at: object, ticks: tuple[int, ...]
) -> None:
    rule = RULE | {"at": at, "strokes": [0, 64]}
    (read,) = load_style(written(tmp_path, hallmarks=[rule])).hallmarks
    assert read.places == ticks


def test_without_places_a_rule_holds_anywhere(tmp_path: Path) -> None:
    rule = {key: value for key, value in RULE.items() if key != "at"}
    (read,) = load_style(written(tmp_path, hallmarks=[rule])).hallmarks
    assert read.places == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "The Pulse"}, r"name: 'The Pulse' is not small letters"),
        ({"kind": "kik"}, r"hallmarks\[1\] pulse\.kind: 'kik' is not one of kick, backbeat"),
        ({"voices": []}, r"voices: \[\] is not a list of voices: kick, snare"),
        ({"voices": "kick"}, r"voices: 'kick' is not a list of voices"),
        ({"voices": ["kick", "tuba"]}, r"voices: 'tuba' is not one of kick, snare"),
        ({"at": "1 5"}, r"at: '5' is not places of a bar, as in '1 2& 3a 4e'"),
        ({"at": 7}, r"at: 7 is not places of a bar"),
        ({"at": [1, 3]}, r"at: \[1, 3\] is not places of a bar"),
        ({"at": " "}, r"at: ' ' is not places of a bar"),
        ({"strokes": [3, 2]}, r"strokes: \[3, 2\] is not 2 whole numbers"),
        ({"velocity": [0, 90]}, r"velocity: \[0, 90\] is not 2 whole numbers from 1 to 127"),
        ({"share": 1.5}, r"share: 1\.5 is not a number from 0 to 1"),
        ({"mark": "sure"}, r"mark: 'sure' is not one of measured, literature"),
        ({"source": ""}, r"source: '' is not a text"),
        (
            {"stroke": 3},
            r"stroke: 3 is not at a known key; known are .* (did you mean|perhaps) .*strokes",
        ),
        ({"strokes": [3, 4]}, r"pulse: 'pulse' is not kept by any of the file's beats in 4/4"),
    ],
)
def test_a_mistake_names_the_file_the_rule_the_value_and_what_is_allowed(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    path = written(tmp_path, hallmarks=[RULE | changes])
    with pytest.raises(MappingError, match=said) as caught:
        load_style(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_two_hallmarks_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="name: 'pulse' is not a name of its own"):
        load_style(written(tmp_path, hallmarks=[RULE, RULE]))


@pytest.mark.parametrize("name", list(BANK))
def test_a_style_has_five_hallmarks_one_of_each_kind_at_least(name: str) -> None:
    rules = BANK[name].hallmarks
    assert len(rules) >= 5
    assert {rule.kind for rule in rules} == set(KINDS)
    assert all(rule.most == 0 or rule.most < 64 for rule in rules if rule.kind == "never")


@pytest.mark.parametrize("name", list(BANK))
def test_the_styles_own_patterns_keep_its_hallmarks(name: str) -> None:
    beats = BANK[name].beats(FOUR_FOUR)
    for rule in BANK[name].hallmarks:
        wrong = sum(not rule.keeps(bar) for bar in beats)
        assert 1 - wrong / len(beats) >= rule.share, f"{rule.name}: {wrong} of {len(beats)} break"
