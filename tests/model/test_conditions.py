"""What is asked of bars, and windows to learn it from."""

from __future__ import annotations

from random import Random

import pytest

from engine.notes import Bar, Hit, Voice
from model.conditions import Asked, Ranks, notes_of, off_beat, place_in, stack
from model.data import Phrase
from model.tokens import words
from model.windows import batches, cut, disturb, prepare, rank_tables

WORDS = words()


def bar_of(count: int, fill: bool = False) -> Bar:
    return Bar.of((Hit(n * 120, Voice.SNARE, 90) for n in range(count)), fill=fill)


def phrase_of(counts: list[int], **rest: object) -> Phrase:
    fields = {"style": "rock", "bpm": 110.0, "split": "train", "player": "a"} | rest
    fill = bool(fields.get("fill"))
    return Phrase(tuple(bar_of(count, fill) for count in counts), **fields)  # type: ignore[arg-type]


def test_the_usual_bar_ranks_a_half() -> None:
    ranks = Ranks((("rock", False), float(n)) for n in range(11))
    assert ranks.rank(("rock", False), 5.0) == 0.5
    assert ranks.rank(("rock", False), -1.0) == 0.0
    assert ranks.rank(("rock", False), 99.0) == 1.0
    assert ranks.rank(("jazz", False), 5.0) == 0.5


def test_off_beats_count_more_than_beats_and_hats_do_not_count() -> None:
    straight = Bar.of([Hit(0, Voice.KICK, 100), Hit(480, Voice.SNARE, 100)])
    pushed = Bar.of([Hit(360, Voice.KICK, 100), Hit(840, Voice.SNARE, 100)])
    hats = Bar.of([*straight.hits, Hit(120, Voice.CLOSED_HAT, 100)])
    assert off_beat(straight) < off_beat(pushed)
    assert off_beat(hats) == off_beat(straight)
    assert off_beat(Bar()) == 0.0
    assert notes_of(hats) == 3.0


def test_places_are_told_only_in_phrases_of_whole_fours_or_eights() -> None:
    assert place_in(5, 8) == (1, 5)
    assert place_in(3, 4) == (3, None)
    assert place_in(2, 6) == (None, None)
    assert place_in(-1, 8) == (3, 7)


def test_what_is_not_asked_is_marked_as_not_given() -> None:
    told = stack([[Asked({1: 1.0}, 0.7, None, 160.0, True, 3, 7), Asked()]], styles=3, bars=3)
    assert told.style[0].tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert told.numbers[0, 0].tolist() == [pytest.approx(0.7), 0.0, 1.0, 1.0]
    assert told.given[0].tolist() == [[1, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert told.places[0].tolist() == [[3, 7], [4, 8], [4, 8]]


def test_windows_hold_every_bar_of_a_groove_once() -> None:
    phrases = [phrase_of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])]
    pieces = prepare(phrases, WORDS, {"rock": 0}, rank_tables(phrases))
    for seed in range(8):
        windows = cut(pieces, 5, Random(seed))
        assert [ids for window, _ in windows for ids in window] == list(pieces[0].ids)
        assert max(len(window) for window, _ in windows) <= 5


def test_a_fill_is_led_into_by_a_groove_of_its_style_and_stands_last_in_its_phrase() -> None:
    phrases = [phrase_of([4, 5, 6, 7, 8]), phrase_of([16], fill=True)]
    pieces = prepare(phrases, WORDS, {"rock": 0}, rank_tables(phrases))
    window, asked = cut(pieces, 5, Random(1))[-1]
    place = window.index(pieces[1].ids[0])
    assert place >= 1
    assert window[0] in pieces[0].ids
    assert (asked[place].fill, asked[place].fours, asked[place].eights) == (True, 3, 7)
    assert (asked[place - 1].fill, asked[place - 1].fours) == (False, 2)


def test_batches_carry_each_window_once_and_its_next_tokens() -> None:
    phrases = [phrase_of([n, n + 1]) for n in range(1, 12)]
    pieces = prepare(phrases, WORDS, {"rock": 0}, rank_tables(phrases))
    windows = cut(pieces, 5, Random(0))
    found = list(batches(windows, WORDS, 1, 5, 120, Random(0)))
    assert sum(len(batch.ids) for batch in found) == len(windows)
    for batch in found:
        for ids, targets in zip(batch.ids.tolist(), batch.targets.tolist(), strict=True):
            count = sum(target >= 0 for target in targets)
            assert targets[: count - 1] == ids[1:count]
            assert targets[count - 1] == WORDS.bar


def test_disturbing_drops_conditions_and_keeps_the_score() -> None:
    phrases = [phrase_of([4, 5, 6, 7, 8])]
    pieces = prepare(phrases, WORDS, {"rock": 0}, rank_tables(phrases))
    window = (list(pieces[0].ids), list(pieces[0].asked))
    dice = Random(2)
    disturbed = [disturb(window, WORDS, dice) for _ in range(200)]
    gone = sum(asked[-1].density is None for _, asked in disturbed)
    assert 20 < gone < 70  # one in five
    for ids, _ in disturbed:
        for before, after in zip(window[0], ids, strict=True):
            assert [(h.tick, h.voice) for h in WORDS.decode(after)] == [
                (h.tick, h.voice) for h in WORDS.decode(before)
            ]
