"""Phrases ready for training: their strokes, and what was measured, bar by bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from model.composer.conditions import Asked
from model.composer.measures import (
    HATS,
    KNOBS,
    RIDES,
    open_share,
    ride_share,
)
from model.composer.tokens import StrokeToken, Vocabulary
from model.training.groove import Phrase

_CYMBALS = 0.5  # how often of that the cymbals are told at all: playing, they mostly are not
_TIME = frozenset({*HATS, *RIDES})
_FEWEST = 4  # beats that are crossed


@dataclass(frozen=True, slots=True)
class TrainingPiece:
    """A phrase ready for training: strokes and what was measured, bar by bar."""

    strokes: tuple[tuple[StrokeToken, ...], ...]
    asked: tuple[Asked, ...]
    phrase: Phrase


def prepare(
    phrases: Sequence[Phrase], words: Vocabulary, numbers: Mapping[str, int]
) -> list[TrainingPiece]:
    """Phrases as strokes and measured conditions; `numbers` are those of the trained styles."""
    return [
        TrainingPiece(
            tuple(tuple(words.strokes(bar)) for bar in phrase.bars),
            tuple(measured(phrase, place, numbers) for place in range(len(phrase.bars))),
            phrase,
        )
        for phrase in phrases
    ]


def measured(phrase: Phrase, place: int, numbers: Mapping[str, int]) -> Asked:
    """All that may be asked for to get this bar of a phrase; styles by their `numbers`."""
    bar = phrase.bars[place]
    number = numbers.get(phrase.style)
    place = -1 if phrase.fill else place  # a fill stands last in its phrase
    knobs: dict[str, Any] = {name: measure(bar) for name, measure in KNOBS.items()}
    return Asked(
        {} if number is None else {number: 1.0},
        bpm=phrase.bpm,
        fill=bar.fill,
        fours=place % 4,
        eights=place % 8,
        open=open_share(bar),
        ride=ride_share(bar),
        **knobs,
    )


def crossed(
    piece: TrainingPiece, words: Vocabulary, numbers: Mapping[str, int], dice: Random
) -> TrainingPiece:
    """The piece, its hats and rides from other bars of it: grooves that might have been played.

    Without it three million parameters know a few thousand bars by heart. Fills stay as they
    are, and so does what has fewer than four beats.
    """
    bars = piece.phrase.bars
    beats = [place for place, bar in enumerate(bars) if not bar.fill]
    if len(beats) < _FEWEST:
        return piece
    shift = dice.randrange(1, len(beats))
    made = list(bars)
    for place, other in zip(beats, [*beats[shift:], *beats[:shift]], strict=True):
        kept = [hit for hit in bars[place].hits if hit.voice not in _TIME]
        made[place] = bars[place].with_hits(
            [*kept, *(hit for hit in bars[other].hits if hit.voice in _TIME)]
        )
    return prepare([replace(piece.phrase, bars=tuple(made))], words, numbers)[0]
