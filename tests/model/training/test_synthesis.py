"""Synthetic phrases: layers of a style's own patterns."""

from __future__ import annotations

from random import Random

from engine.score.grid import FOUR_FOUR
from engine.score.notes import Bar, Hit, Voice
from engine.score.playable import faults
from engine.score.style import Style
from model.training.synthesis import LAYERS, crossings, synthetic


def own_style() -> Style:
    kick = Bar.of([Hit(0, Voice.KICK, 100), Hit(960, Voice.CLAP, 110)])
    busy = Bar.of(
        [
            *(Hit(t, Voice.KICK, 100) for t in (0, 720, 1200)),
            *(Hit(t, Voice.CLOSED_HAT, 80) for t in range(0, 1920, 240)),
            Hit(480, Voice.SNARE, 110),
            Hit(600, Voice.SNARE, 30),
        ]
    )
    fill = Bar.of([Hit(t, Voice.CLAP, 90) for t in range(0, 1920, 240)], fill=True)
    return Style("own", "Own", "genre", "", (90, 100, 110), bars=(kick, busy, fill))


def test_phrases_end_with_a_fill_and_repeat_with_their_seed() -> None:
    phrases = synthetic([own_style()], 160, seed=5)
    assert len(phrases) == 20
    assert all([bar.fill for bar in p.bars] == [False] * 7 + [True] for p in phrases)
    assert {(phrase.style, phrase.player) for phrase in phrases} == {("own", "synthetic")}
    assert [phrase.split for phrase in phrases].count("validation") == 2
    assert phrases == synthetic([own_style()], 160, seed=5)
    assert phrases != synthetic([own_style()], 160, seed=6)


def test_every_layer_of_a_crossing_was_written_for_the_style() -> None:
    style = own_style()
    written = [
        {frozenset(hit for hit in bar.hits if hit.voice in layer) for bar in style.beats(FOUR_FOUR)}
        for layer in LAYERS
    ]
    made = [bar for seed in range(20) for bar in crossings(style, Random(seed))]
    for bar in made:
        assert not faults(bar, style.hands)
        for layer, known in zip(LAYERS, written, strict=True):
            assert frozenset(hit for hit in bar.hits if hit.voice in layer) in known
    assert any(bar.hits not in [own.hits for own in style.bars] for bar in made)


def test_every_voice_has_its_layer() -> None:
    assert sorted(voice.value for layer in LAYERS for voice in layer) == sorted(
        voice.value for voice in Voice
    )


def test_phrases_differ_in_strength_and_some_have_no_ghost_notes() -> None:
    phrases = synthetic([own_style()], 800, seed=1)
    hits = [[hit for bar in phrase.bars for hit in bar.hits] for phrase in phrases]
    means = [sum(hit.velocity for hit in one) / len(one) for one in hits]
    assert max(means) - min(means) > 20
    assert any(all(hit.velocity > 50 for hit in one if hit.voice is Voice.SNARE) for one in hits)
