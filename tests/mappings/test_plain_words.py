"""The words that every surface uses."""

import pytest

from mappings.plain_words import by, counted, played, tempo


def test_who_made_a_bar_is_said_in_plain_words() -> None:
    assert by("template") == "from the style's patterns"
    assert by("somebody") == "by somebody"


@pytest.mark.parametrize(("number", "words"), [(0, "no bars"), (1, "1 bar"), (2, "2 bars")])
def test_numbers_agree_with_what_they_count(number: int, words: str) -> None:
    assert counted(number, "bar") == words


def test_bars_are_counted_by_who_made_them() -> None:
    many = {"fallback": 1, "model": 3, "template": 0, "llm": 2}
    assert played(many) == "3 by the trained drummer, 1 improvised in time, 2 by llm"
    assert played({}) == "none"


@pytest.mark.parametrize(
    ("bpm", "words"), [(86.0001, "86 BPM"), (120.0, "120 BPM"), (97.34, "97.3 BPM")]
)
def test_a_tempo_has_a_tenth_at_most(bpm: float, words: str) -> None:
    assert tempo(bpm) == words
