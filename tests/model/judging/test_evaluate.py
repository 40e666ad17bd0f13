"""The whole evaluation on a folder of a few made-up files, by an untrained drummer."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from math import log2
from pathlib import Path
from tempfile import mkdtemp

import pytest

from engine.errors import ConfigError
from engine.score.notes import Bar, Hit, Voice
from model.composer.measures import KNOBS
from model.composer.tokens import miditok_vocabulary
from model.judging.cross_entropy import bits_per_note, table_bits
from model.judging.evaluate import evaluate
from model.judging.evaluation_set import (
    Sizes,
    Task,
    gather,
    in_the_manner_of,
    in_the_styles_of,
    spread_over,
)
from model.judging.html_report import page
from model.judging.rows import bank
from model.judging.scorecard import Row, Scorecard
from model.midi_files.drum_file import MidiNote, write
from model.training.groove import Phrase
from tests.clips import clip_with
from tests.model.small import BEAT, small_drummer, small_trained
from tests.model.training.test_groove import TABLE, beat, own_style

TINY = Sizes(
    parts=2, asks=2, corner_bars=4, corner_styles=1, loop_minutes=0.1, loop_styles=1, trees=5
)


def busier(bars: int) -> list[MidiNote]:
    """A beat with more and more hats, so that density has a range."""
    more = [
        MidiNote(b * 1920 + n * 240 + 120, 42, 60, 9) for b in range(bars) for n in range(b % 8)
    ]
    return sorted([*beat(bars=bars), *more])


def folder(path: Path) -> Path:
    """Rock to learn from and to be judged by, a fill of each."""
    (path / "a.mid").write_bytes(write(clip_with(busier(32), 104, bars=32)))
    (path / "b.mid").write_bytes(write(clip_with(busier(8), 96, bars=8)))
    fill = [MidiNote(n * 120, 43, 100, 9) for n in range(16)]
    (path / "f.mid").write_bytes(write(clip_with(fill, 104)))
    rows = (
        "d,s,1,rock,104,beat,4-4,a.mid,train\n"
        "d,s,2,rock,104,fill,4-4,f.mid,train\n"
        "d,s,3,jazz,96,beat,4-4,b.mid,train\n"
        "d,s,4,rock,96,beat,4-4,b.mid,test\n"
        "d,s,5,rock,96,fill,4-4,f.mid,test\n"
    )
    (path / "info.csv").write_text(TABLE + rows, encoding="utf-8")
    return path


def made(split: str = "test") -> Task:
    return Task(folder(Path(mkdtemp(prefix="drumigen-"))), split, TINY, seed=1)


@cache
def card() -> tuple[Scorecard, tuple[str, ...]]:
    said: list[str] = []

    def feel(phrases: object, seed: int) -> dict[str, float]:
        assert isinstance(phrases, list)
        return {"feel_phrases": float(len(phrases)), "feel_seed": float(seed)}

    styles = {"rock": replace(own_style(), name="rock")}
    row = Row("style", "bank: of somebody else", 0.9, 0.8)
    task = made()
    done = evaluate(task, small_drummer(), styles, (feel,), lambda: row, said.append)
    return done, tuple(said)


@pytest.mark.long
def test_every_row_of_the_card_has_a_figure_a_floor_and_says_whether_it_is_met() -> None:
    rows = {row.name: row for row in card()[0].rows}
    for knob in ("density", "complexity"):
        assert f"{knob}: rank correlation" in rows or knob == "complexity"
    assert {row.group for row in rows.values()} == {
        "controls", "style", "likeness", "no parrot", "sound",
    }  # fmt: skip
    for row in rows.values():
        assert row.model is not None
        assert row.floor is not None or row.name.startswith("bank")
        assert row.verdict or row.target is None, row.name
    real = [name for name, row in rows.items() if row.real is not None]
    assert len(real) >= 8


@pytest.mark.long
def test_targets_that_are_relative_come_from_the_real_bars() -> None:
    rows = {row.name: row for row in card()[0].rows}
    for name in ("fills and beats told apart", "style recognised in two bars"):
        assert rows[name].target == rows[name].real
    area = rows["overlap with the split, OA"]
    assert area.real is not None
    assert area.target == pytest.approx(0.95 * area.real)
    assert rows["bars that stand in the training set"].real == 1.0  # the same file twice


@pytest.mark.long
def test_what_others_measure_is_added() -> None:
    assert card()[0].further["feel_phrases"] == 2.0
    assert card()[0].further["feel_seed"] == 1.0
    assert "bank: of somebody else" in [row.name for row in card()[0].rows]


@pytest.mark.long
def test_what_is_done_is_said_and_what_it_was_made_from_is_kept() -> None:
    done, said = card()
    assert said[0] == "bars read: train 41, test 9"
    assert any(line.startswith("loops: ") for line in said)
    assert done.made["sizes"]["parts"] == 2
    assert "parts 2" in str(TINY) and "windows all" in str(TINY)


def test_the_card_can_be_written_down() -> None:
    done = card()[0]
    assert len(json.loads(done.json())["rows"]) == len(done.rows)
    assert page(done).count("<svg") == len(done.rows) + len(done.plots)


def test_a_split_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match=r"--split: no bars of dream .* train, test"):
        gather(made("dream"), small_drummer(), {}, lambda _: None)


def test_without_held_out_sessions_the_split_is_what_bits_are_counted_on() -> None:
    material = gather(made(), small_drummer(), {}, lambda _: None)
    assert material.held == material.real


def phrases() -> list[Phrase]:
    rock = Phrase((BEAT,) * 3, "rock", 120.0, "test", "d")
    return [rock, Phrase((BEAT,), "jazz", 90.0, "test", "d")]


def test_parts_come_in_the_styles_and_tempos_of_the_bars_with_knobs_anywhere() -> None:
    parts = in_the_manner_of(phrases(), 8, seed=2)
    assert [part.style for part in parts] == ["rock"] * 6 + ["jazz"] * 2
    assert {part.bpm for part in parts[:6]} == {120.0}
    assert len({part.seed for part in parts}) == 8
    assert all(set(part.knobs) == set(KNOBS) for part in parts)
    assert len({value for part in parts for value in part.knobs.values()}) == 8 * len(KNOBS)
    assert in_the_manner_of(phrases(), 8, seed=2) == parts


def test_the_reference_has_styles_as_often_as_the_split() -> None:
    one, other = (Bar.of([Hit(0, voice, 90)]) for voice in (Voice.KICK, Voice.RIDE))
    train = [Phrase((one,), "rock", 1.0, "train", ""), Phrase((other,), "jazz", 1.0, "train", "")]
    assert in_the_styles_of(train, phrases(), 0) == [one, one, one, other]
    assert in_the_styles_of(train[:1], phrases(), 0) == [one] * 3


def test_a_few_names_are_taken_from_everywhere() -> None:
    assert spread_over("abcdef", 3) == ["b", "d", "f"]
    assert spread_over("abc", None) == spread_over("abc", 9) == ["a", "b", "c"]


def test_bits_of_a_note_are_those_of_a_table_that_can_be_counted() -> None:
    one = Bar.of([Hit(0, Voice.KICK, 90)])
    learned = [one] * 500
    few, many = (
        table_bits(miditok_vocabulary(), learned[:1], [one]),
        table_bits(miditok_vocabulary(), learned, [one]),
    )
    size = len(miditok_vocabulary())
    assert few == pytest.approx(4 * -log2(2 / (size + 1)))  # bar, position, pitch, velocity
    assert 0 < many < few


def test_what_is_told_changes_how_surprised_the_drummer_is() -> None:
    trained, heard = small_trained(), phrases()
    told, bare = (bits_per_note(trained, heard, told=told) for told in (True, False))
    assert told > 0
    assert told != bare
    assert bits_per_note(trained, heard, told=True) == told
    assert bits_per_note(trained, [], told=True) == 0.0


def test_windows_too_full_for_the_context_are_cut() -> None:
    full = Bar.of(Hit(t, v, 100) for t in range(0, 1920, 40) for v in list(Voice)[:6])
    heard = [Phrase((full,) * 4, "rock", 100.0, "test", "d")]
    assert bits_per_note(small_trained(), heard, told=True) > 0


def test_the_bank_is_judged_by_renders_with_other_seeds() -> None:
    late = BEAT.with_hits(Hit(h.tick, h.voice, h.velocity, 20) for h in BEAT.hits)
    pieces = [("tight", [BEAT] * 8), ("lazy", [late] * 8)]
    same = [("tight", [BEAT] * 8), ("lazy", [BEAT] * 8)]
    row = bank((pieces * 4, pieces * 4), (pieces, same), trees=10, seed=1)
    assert (row.model, row.floor, row.target, row.met) == (1.0, 0.5, 0.8, True)
    assert "2 renders of eight bars in 2 styles" in row.note
