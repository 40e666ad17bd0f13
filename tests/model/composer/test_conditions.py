"""What is asked of bars, and windows to learn it from."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from engine.score.notes import Bar, Hit, Voice
from model.composer.conditions import Asked, place_in, stack
from model.composer.measures import loudness
from model.composer.tokens import BAR, miditok_vocabulary
from model.composer.transformer import UNTOLD
from model.training.batches import NOTHING, Batch, Window, batches, cut, disturb
from model.training.groove import Phrase
from model.training.pieces import TrainingPiece, crossed, measured, prepare

WORDS = miditok_vocabulary()


def bar_of(count: int, fill: bool = False) -> Bar:
    return Bar.of((Hit(n * 120, Voice.SNARE, 90) for n in range(count)), fill=fill)


def phrase_of(counts: list[int], **rest: object) -> Phrase:
    fields = {"style": "rock", "bpm": 110.0, "split": "train", "player": "a"} | rest
    fill = bool(fields.get("fill"))
    return Phrase(tuple(bar_of(count, fill) for count in counts), **fields)  # type: ignore[arg-type]


def pieces_of(*phrases: Phrase) -> list[TrainingPiece]:
    return prepare(phrases, WORDS, {"rock": 0})


def test_places_are_told_only_in_phrases_of_whole_fours_or_eights() -> None:
    assert place_in(5, 8) == (1, 5)
    assert place_in(3, 4) == (3, None)
    assert place_in(2, 6) == (None, None)
    assert place_in(-1, 8) == (3, 7)


def test_what_is_not_asked_is_marked_as_not_given() -> None:
    asked = Asked({1: 1.0}, 16, None, 160.0, True, 3, 7, intensity=127, ghosts=0.25, ride=1.0)
    told = stack([[asked, Asked()]], styles=3, bars=3)
    assert told.style[0].tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert told.numbers[0, 0].tolist() == pytest.approx([0.5, 0.0, 1.0, 1.0, 1.0, 0.25, 0.0, 1.0])
    assert told.given[0].tolist() == [[1, 0, 1, 1, 1, 1, 0, 1], [0] * 8, [0] * 8]
    assert told.places[0].tolist() == [[3, 7], [4, 8], [4, 8]]


def test_windows_hold_every_bar_of_a_groove_once() -> None:
    pieces = pieces_of(phrase_of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))
    for seed in range(8):
        windows = cut(pieces, 5, Random(seed))
        assert [bar for window, _ in windows for bar in window] == list(pieces[0].strokes)
        assert max(len(window) for window, _ in windows) <= 5


def test_a_fill_is_led_into_by_a_groove_of_its_style_and_stands_last_in_its_phrase() -> None:
    pieces = pieces_of(phrase_of([4, 5, 6, 7, 8]), phrase_of([16], fill=True))
    window, asked = cut(pieces, 5, Random(1))[-1]
    place = window.index(pieces[1].strokes[0])
    assert place >= 1
    assert window[0] in pieces[0].strokes
    assert (asked[place].fill, asked[place].fours, asked[place].eights) == (True, 3, 7)
    assert (asked[place - 1].fill, asked[place - 1].fours) == (False, 2)


def window_of(piece: TrainingPiece) -> Window:
    return list(piece.strokes), list(piece.asked)


def test_batches_carry_each_window_once_and_what_comes_next() -> None:
    pieces = pieces_of(*[phrase_of([n, n + 1]) for n in range(1, 12)])
    windows = cut(pieces, 5, Random(0))
    found = list(batches(windows, 1, 5, 50, Random(0)))
    assert sum(len(batch.read.slots) for batch in found) == len(windows)
    for batch in found:
        told = zip(batch.read.strokes.tolist(), batch.targets.tolist(), strict=True)
        for strokes, targets in told:
            count = sum(position != NOTHING for position, _, _ in targets)
            for place in range(count - 1):
                after = strokes[place + 1]
                ends = after == list(BAR)
                assert targets[place] == ([after[0], NOTHING, NOTHING] if ends else after)
            assert targets[count - 1] == [BAR.position, NOTHING, NOTHING]
        assert batch.count == int((batch.targets[..., 0] >= 0).sum())


def test_each_stroke_is_told_how_many_are_to_come_in_its_bar() -> None:
    bars, asked = window_of(pieces_of(phrase_of([2, 3]))[0])
    batch = Batch([(bars, [asked[0], replace(asked[1], density=None)])], 1, 5)
    assert batch.read.left.tolist() == [[2, 1, 0, UNTOLD, UNTOLD, UNTOLD, UNTOLD]]
    assert batch.read.slots.tolist() == [[0, 0, 0, 1, 1, 1, 1]]


def test_a_bar_is_measured_as_it_is() -> None:
    phrase = phrase_of([4], style="polka")
    asked = measured(phrase, 0, {"rock": 0})
    assert asked.style == {}
    assert (asked.density, asked.intensity, asked.ghosts) == (4.0, 90.0, 0.0)
    assert (asked.open, asked.ride) == (None, None)


def test_a_crossed_piece_keeps_its_drums_and_takes_its_hats_from_another_bar() -> None:
    def bar(number: int, fill: bool = False) -> Bar:
        hats = [Hit(n * 240, Voice.CLOSED_HAT, 70) for n in range(number)]
        return Bar.of([*hats, Hit(number * 120, Voice.KICK, 90)], fill=fill)

    bars = (*(bar(number) for number in range(1, 6)), bar(7, fill=True))
    piece = prepare([Phrase(bars, "rock", 110.0, "train", "a")], WORDS, {"rock": 0})[0]
    mixed = crossed(piece, WORDS, {"rock": 0}, Random(1))
    hats = [sum(h.voice is Voice.CLOSED_HAT for h in b.hits) for b in mixed.phrase.bars]
    assert hats != [1, 2, 3, 4, 5, 7]
    assert sorted(hats) == [1, 2, 3, 4, 5, 7]
    assert mixed.strokes[5] == piece.strokes[5]
    for place, (before, after) in enumerate(zip(bars, mixed.phrase.bars, strict=True)):
        kicks = [[h for h in b.hits if h.voice is Voice.KICK] for b in (before, after)]
        assert kicks[0] == kicks[1]
        assert mixed.asked[place].density == len(after.hits)
    short = prepare([Phrase(bars[:3], "rock", 110.0, "train", "a")], WORDS, {"rock": 0})[0]
    assert crossed(short, WORDS, {"rock": 0}, Random(1)) is short


def test_disturbing_drops_conditions_and_keeps_what_is_struck_when() -> None:
    window = window_of(pieces_of(phrase_of([4, 5, 6, 7, 8]))[0])
    dice = Random(2)
    disturbed = [disturb(window, WORDS, dice) for _ in range(200)]
    gone = sum(asked[-1].density is None for _, asked in disturbed)
    assert 20 < gone < 70  # one in five
    for bars, _ in disturbed:
        for before, after in zip(window[0], bars, strict=True):
            assert [stroke[:2] for stroke in after] == [stroke[:2] for stroke in before]


def test_a_window_moved_in_velocity_is_measured_anew() -> None:
    window = window_of(pieces_of(phrase_of([4, 5, 6, 7, 8]))[0])
    moved = 0
    for seed in range(50):
        bars, asked = disturb(window, WORDS, Random(seed))
        moved += bars != window[0]
        for bar, one in zip(bars, asked, strict=True):
            played = Bar(WORDS.hits(bar))
            assert one.intensity is None or abs(one.intensity - loudness(played)) <= 4
    assert 5 < moved < 25
