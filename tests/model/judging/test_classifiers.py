"""Judges that learn from bars."""

from __future__ import annotations

import sys

import pytest

from engine.errors import ConfigError
from engine.score.notes import Bar, Hit, Voice
from model.judging.classifiers import Classifier, majority, manners, pairs, single
from model.training.groove import Phrase
from tests.model.small import BEAT

TOMS = Bar.of((Hit(n * 120, Voice.LOW_TOM, 90, 5) for n in range(16)), fill=True)


def phrase(style: str, *bars: Bar) -> Phrase:
    return Phrase(bars, style, 100.0, "train", "somebody")


def test_windows_are_two_bars_of_one_phrase_and_know_no_timing() -> None:
    phrases = [phrase("rock", BEAT, BEAT, BEAT, BEAT, BEAT), phrase("jazz", TOMS)]
    assert [name for name, _ in pairs(phrases)] == ["rock", "rock"]
    assert len(pairs(phrases, step=1)) == 4
    still = TOMS.with_hits(Hit(h.tick, h.voice, h.velocity) for h in TOMS.hits)
    (_, played), (_, written) = (pairs([phrase("x", bar, bar)])[0] for bar in (TOMS, still))
    assert played.tolist() == written.tolist()


@pytest.mark.long
def test_a_judge_knows_what_it_has_learned() -> None:
    judge = Classifier(single([BEAT, TOMS] * 4), trees=10, seed=1)
    assert judge.right(single([BEAT, BEAT, TOMS])) == 1.0
    assert judge.right([]) == judge.fair([]) == 0.0


@pytest.mark.long
def test_a_fair_share_counts_rare_and_frequent_alike() -> None:
    judge = Classifier(single([BEAT] * 4), trees=10, seed=1)  # has only ever heard beats
    heard = single([BEAT, BEAT, BEAT, TOMS])
    assert judge.right(heard) == 0.75
    assert judge.fair(heard) == 0.5
    assert majority(heard) == 0.75
    assert majority([]) == 0.0


@pytest.mark.long
def test_the_same_seed_gives_the_same_judge() -> None:
    learned, heard = single([BEAT, TOMS] * 3), single([BEAT, TOMS])
    rows = [row for _, row in heard]
    assert Classifier(learned, 5, 2).names(rows) == Classifier(learned, 5, 2).names(rows)


@pytest.mark.long
def test_whole_pieces_are_told_by_their_timing() -> None:
    late = BEAT.with_hits(Hit(h.tick, h.voice, h.velocity, 20) for h in BEAT.hits)
    learned = manners([("tight", [BEAT] * 8), ("lazy", [late] * 8)] * 4)
    judge = Classifier(learned, 20, 1)
    assert judge.right(manners([("lazy", [late] * 8), ("tight", [BEAT] * 8)])) == 1.0


def test_without_scikit_learn_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ConfigError, match=r"\.\[evaluate\]"):
        Classifier(single([BEAT]), 1, 1)
