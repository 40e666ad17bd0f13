"""What is asked of bars, and windows to learn it from."""

from __future__ import annotations

from random import Random

import pytest

from engine.notes import Bar, Hit, Voice
from model.conditions import Asked, place_in, stack
from model.data import Phrase
from model.measures import rank_tables
from model.tokens import words
from model.windows import Piece, batches, cut, disturb, groups_of, prepare

WORDS = words()


def bar_of(count: int, fill: bool = False) -> Bar:
    return Bar.of((Hit(n * 120, Voice.SNARE, 90) for n in range(count)), fill=fill)


def phrase_of(counts: list[int], **rest: object) -> Phrase:
    fields = {"style": "rock", "bpm": 110.0, "split": "train", "player": "a"} | rest
    fill = bool(fields.get("fill"))
    return Phrase(tuple(bar_of(count, fill) for count in counts), **fields)  # type: ignore[arg-type]


def pieces_of(*phrases: Phrase) -> list[Piece]:
    return prepare(phrases, WORDS, {"rock": 0}, rank_tables(groups_of(phrases)))


def test_places_are_told_only_in_phrases_of_whole_fours_or_eights() -> None:
    assert place_in(5, 8) == (1, 5)
    assert place_in(3, 4) == (3, None)
    assert place_in(2, 6) == (None, None)
    assert place_in(-1, 8) == (3, 7)


def test_what_is_not_asked_is_marked_as_not_given() -> None:
    asked = Asked({1: 1.0}, 0.7, None, 160.0, True, 3, 7, ghosts=0.25, ride=1.0)
    told = stack([[asked, Asked()]], styles=3, bars=3)
    assert told.style[0].tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert told.numbers[0, 0].tolist() == pytest.approx([0.7, 0.0, 1.0, 1.0, 0.0, 0.25, 0.0, 1.0])
    assert told.given[0].tolist() == [[1, 0, 1, 1, 0, 1, 0, 1], [0] * 8, [0] * 8]
    assert told.places[0].tolist() == [[3, 7], [4, 8], [4, 8]]


def test_windows_hold_every_bar_of_a_groove_once() -> None:
    pieces = pieces_of(phrase_of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))
    for seed in range(8):
        windows = cut(pieces, 5, Random(seed))
        assert [ids for window, _ in windows for ids in window] == list(pieces[0].ids)
        assert max(len(window) for window, _ in windows) <= 5


def test_a_fill_is_led_into_by_a_groove_of_its_style_and_stands_last_in_its_phrase() -> None:
    pieces = pieces_of(phrase_of([4, 5, 6, 7, 8]), phrase_of([16], fill=True))
    window, asked = cut(pieces, 5, Random(1))[-1]
    place = window.index(pieces[1].ids[0])
    assert place >= 1
    assert window[0] in pieces[0].ids
    assert (asked[place].fill, asked[place].fours, asked[place].eights) == (True, 3, 7)
    assert (asked[place - 1].fill, asked[place - 1].fours) == (False, 2)


def test_batches_carry_each_window_once_and_its_next_tokens() -> None:
    pieces = pieces_of(*[phrase_of([n, n + 1]) for n in range(1, 12)])
    windows = cut(pieces, 5, Random(0))
    found = list(batches(windows, WORDS, 1, 5, 120, Random(0)))
    assert sum(len(batch.ids) for batch in found) == len(windows)
    for batch in found:
        for ids, targets in zip(batch.ids.tolist(), batch.targets.tolist(), strict=True):
            count = sum(target >= 0 for target in targets)
            assert targets[: count - 1] == ids[1:count]
            assert targets[count - 1] == WORDS.bar


def test_disturbing_drops_conditions_and_keeps_the_score() -> None:
    pieces = pieces_of(phrase_of([4, 5, 6, 7, 8]))
    window = (list(pieces[0].ids), [measured.told(None) for measured in pieces[0].measured])
    dice = Random(2)
    disturbed = [disturb(window, WORDS, dice) for _ in range(200)]
    gone = sum(asked[-1].density is None for _, asked in disturbed)
    assert 20 < gone < 70  # one in five
    for ids, _ in disturbed:
        for before, after in zip(window[0], ids, strict=True):
            assert [(h.tick, h.voice) for h in WORDS.decode(after)] == [
                (h.tick, h.voice) for h in WORDS.decode(before)
            ]


def test_ranks_are_drawn_from_all_that_ask_for_the_bar() -> None:
    pieces = pieces_of(phrase_of([4, 4, 4, 8]))
    four, eight = pieces[0].measured[0], pieces[0].measured[3]
    assert (four.told(None).density, eight.told(None).density) == (0.375, 0.875)
    drawn = [four.told(Random(seed)).density or 0.0 for seed in range(100)]
    assert 0.0 <= min(drawn) < 0.1
    assert 0.65 < max(drawn) <= 0.75


def test_a_window_moved_in_velocity_says_nothing_of_intensity() -> None:
    pieces = pieces_of(phrase_of([4, 5, 6, 7, 8]))
    window = (list(pieces[0].ids), [measured.told(None) for measured in pieces[0].measured])
    for seed in range(50):
        ids, asked = disturb(window, WORDS, Random(seed))
        assert ids == window[0] or all(one.intensity is None for one in asked)
