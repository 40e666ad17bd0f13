"""Synthetic phrases of the styles that Groove lacks, from the patterns of their files.

A style's patterns are read as layers (kick; backbeat; time; toms; percussion). New bars take
layers from different patterns of one style, so that it has as many grooves as combinations,
each layer one that was written for it. Everything made here is labelled synthetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from engine.bars.fallback import improvise
from engine.bars.request import Request
from engine.score.grid import FOUR_FOUR
from engine.score.notes import GHOST_VELOCITY, Bar, Hit, Voice, in_order
from engine.score.playable import faults
from engine.score.style import Style
from model.training.groove import Phrase

PHRASE = 8  # bars, the fill last
LAYERS = (
    frozenset({Voice.KICK}),
    frozenset({Voice.SNARE, Voice.CLAP, Voice.SIDE_STICK}),
    frozenset({Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM}),
    frozenset({Voice.PERCUSSION}),
    frozenset(
        {
            *(Voice.CLOSED_HAT, Voice.PEDAL_HAT, Voice.OPEN_HAT, Voice.CRASH),
            *(Voice.RIDE, Voice.RIDE_BELL),
        }
    ),
)
_CROSSED = 0.5  # how often a layer comes from another pattern than the first
_GROOVES = 6  # new beats offered beside the written ones, a phrase
_TRIES = 4  # crossings tried for one that can be played
# Design choices: how phrases of one style differ in strength (velocity steps) and in ghosts.
_STRENGTH = 10.0
_GHOSTLESS = 0.25


def synthetic(styles: Sequence[Style], bars: int, seed: int) -> list[Phrase]:
    """Phrases of the styles' own patterns and crossings of these, about `bars` bars a style.

    One phrase in ten is for validation. Density, complexity, strength, ghost notes and tempo
    are drawn at random.
    """
    phrases = []
    for style in styles:
        dice = Random(f"{seed} {style.name}")
        for number in range(max(1, bars // PHRASE)):
            low, usual, high = style.tempo
            bpm = dice.triangular(low, high, usual)
            split = "validation" if number % 10 == 9 else "train"
            phrases.append(Phrase(phrase(style, bpm, dice), style.name, bpm, split, "synthetic"))
    return phrases


def phrase(style: Style, bpm: float, dice: Random) -> tuple[Bar, ...]:
    """Eight bars of a style in 4/4, the last of them a fill."""
    offered = replace(style, bars=(*style.bars, *crossings(style, dice)))
    density, complexity = dice.triangular(0.1, 1.0, 0.5), dice.uniform(0.0, 1.0)
    history: tuple[Bar, ...] = ()
    for place in range(PHRASE):
        request = Request(
            number=place,
            generation=0,
            style=style.name,
            mixture=((style.name, 1.0),),
            bpm=bpm,
            place=place,
            phrase=PHRASE,
            fill=place == PHRASE - 1,
            density=density,
            complexity=complexity,
            history=history,
            seed=dice.getrandbits(32),
        )
        history += (improvise(offered, request),)
    return _coloured(history, dice)


def crossings(style: Style, dice: Random) -> list[Bar]:
    """New beats of 4/4 whose layers come from different patterns and can be played together."""
    beats = style.beats(FOUR_FOUR)
    made = []
    for _ in range(_GROOVES):
        for _ in range(_TRIES):
            bar = _crossed(beats, dice)
            if not faults(bar, style.hands):
                made.append(bar)
                break
    return made


def _crossed(beats: Sequence[Bar], dice: Random) -> Bar:
    first = dice.choice(beats)
    hits: list[Hit] = []
    for layer in LAYERS:
        source = dice.choice(beats) if dice.random() < _CROSSED else first
        hits += [hit for hit in source.hits if hit.voice in layer]
    return first.with_hits(hits)


def _coloured(bars: Sequence[Bar], dice: Random) -> tuple[Bar, ...]:
    """A phrase played softer or harder as a whole, sometimes without its ghost notes."""
    step, ghostless = dice.gauss(0.0, _STRENGTH), dice.random() < _GHOSTLESS
    return tuple(
        bar.with_hits(
            in_order(
                replace(hit, velocity=min(127, max(1, round(hit.velocity + step))))
                for hit in bar.hits
                if not (ghostless and hit.voice is Voice.SNARE and hit.velocity < GHOST_VELOCITY)
            )
        )
        for bar in bars
    )
