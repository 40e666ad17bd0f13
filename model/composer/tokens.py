"""Bars as tokens: MidiTok's REMI vocabulary, one pitch a voice, 24 positions a beat.

Tokens carry the score and nothing of the feel: a bar comes back with its ticks rounded to
20, its velocities to 16 steps and its offsets 0. The composer reads and writes the tokens of
one stroke (position, pitch, velocity) as one compound word (Hsiao et al. 2021), which makes a
bar three times shorter. The conversion stands directly on the vocabulary because it is asked
between bars while playing; tests hold it to what MidiTok itself makes of the same score.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from miditok import REMI, TokenizerConfig

from engine.score.grid import FOUR_FOUR, TICKS_PER_BEAT
from engine.score.notes import Bar, Hit, Voice

POSITIONS_PER_BEAT = 24
TICKS_PER_POSITION = TICKS_PER_BEAT // POSITIONS_PER_BEAT
POSITIONS = FOUR_FOUR.bar_ticks // TICKS_PER_POSITION  # of a bar
VELOCITY_STEPS = 16

PITCHES = {
    Voice.KICK: 36,
    Voice.SIDE_STICK: 37,
    Voice.SNARE: 38,
    Voice.CLAP: 39,
    Voice.CLOSED_HAT: 42,
    Voice.LOW_TOM: 43,
    Voice.PEDAL_HAT: 44,
    Voice.OPEN_HAT: 46,
    Voice.MID_TOM: 47,
    Voice.CRASH: 49,
    Voice.HIGH_TOM: 50,
    Voice.RIDE: 51,
    Voice.RIDE_BELL: 53,
    Voice.PERCUSSION: 54,
}

VOICES = sorted(PITCHES, key=lambda voice: PITCHES[voice])  # as MidiTok orders what sounds together


class StrokeToken(NamedTuple):
    """A compound word: `position` 0..95 of the bar, `pitch` a place in VOICES, `velocity` a step.

    Each has one value more: of BAR, the word that opens a bar and ends the one before it.
    """

    position: int
    pitch: int
    velocity: int


BAR = StrokeToken(POSITIONS, len(VOICES), VELOCITY_STEPS)


class Token(NamedTuple):
    """What an id stands for: kind "bar", "position", "pitch", "velocity" or "none"."""

    kind: str
    value: int


class Vocabulary:
    """The vocabulary, by id and by meaning; `names` maps MidiTok's words to ids."""

    def __init__(self, names: dict[str, int]) -> None:
        self.names = names
        self.bar = names["Bar_None"]
        self.position = [names[f"Position_{n}"] for n in range(POSITIONS)]
        self.pitch = {voice: names[f"PitchDrum_{pitch}"] for voice, pitch in PITCHES.items()}
        self.voice = {token: voice for voice, token in self.pitch.items()}
        self.velocities = sorted(
            int(word.split("_")[1]) for word in names if word.startswith("Velocity_")
        )
        self.steps = [names[f"Velocity_{value}"] for value in self.velocities]
        self.nearest = [self.step(velocity) for velocity in range(128)]
        self.tokens = [Token("none", 0)] * (max(names.values()) + 1)
        self.tokens[self.bar] = Token("bar", 0)
        for number, token in enumerate(self.position):
            self.tokens[token] = Token("position", number)
        for voice, token in self.pitch.items():
            self.tokens[token] = Token("pitch", PITCHES[voice])
        for value, token in zip(self.velocities, self.steps, strict=True):
            self.tokens[token] = Token("velocity", value)

    def __len__(self) -> int:
        return len(self.tokens)

    def step(self, velocity: int) -> int:
        """Number of the step nearest to a velocity; of two equally near the softer."""
        return min(
            range(len(self.velocities)), key=lambda n: (abs(self.velocities[n] - velocity), n)
        )

    def strokes(self, bar: Bar) -> list[StrokeToken]:
        """The words of a 4/4 bar, BAR first; of two strokes on one place the louder."""
        found: dict[tuple[int, int], int] = {}
        for hit in bar.hits:
            place = min(position_of(hit.tick), POSITIONS - 1)
            key = (place, _PLACES[hit.voice])
            found[key] = max(hit.velocity, found.get(key, 0))
        return [BAR, *(StrokeToken(*key, self.nearest[found[key]]) for key in sorted(found))]

    def hits(self, strokes: Iterable[StrokeToken]) -> tuple[Hit, ...]:
        """The hits of one bar's words."""
        return Bar.of(
            Hit(s.position * TICKS_PER_POSITION, VOICES[s.pitch], self.velocities[s.velocity])
            for s in strokes
            if s != BAR
        ).hits

    def encode(self, bar: Bar) -> list[int]:
        """The ids of a 4/4 bar: the bar token, then its positions, pitches and velocities."""
        ids = []
        last = -1
        for stroke in self.strokes(bar):
            if stroke == BAR:
                ids.append(self.bar)
                continue
            if stroke.position != last:
                ids.append(self.position[stroke.position])
                last = stroke.position
            ids += (self.pitch[VOICES[stroke.pitch]], self.steps[stroke.velocity])
        return ids

    def decode(self, ids: Iterable[int]) -> tuple[Hit, ...]:
        """The hits of one bar's ids; what is not Position, Pitch, Velocity in turn is left out."""
        hits: dict[tuple[int, Voice], Hit] = {}
        tick, voice = 0, None
        for number in ids:
            token = self.tokens[number]
            if token.kind == "position":
                tick, voice = token.value * TICKS_PER_POSITION, None
            elif token.kind == "pitch":
                voice = self.voice[number]
            elif token.kind == "velocity" and voice is not None:
                hits[tick, voice] = Hit(tick, voice, token.value)
                voice = None
        return Bar.of(hits.values()).hits


_PLACES = {voice: place for place, voice in enumerate(VOICES)}


def position_of(tick: int) -> int:
    """The position nearest to a tick of a bar, halves up."""
    return (tick + TICKS_PER_POSITION // 2) // TICKS_PER_POSITION


@cache
def tokenizer() -> Any:  # miditok.REMI; the package ships no types
    """MidiTok as it is set here: no durations, drums only, every voice in range."""
    span = (min(PITCHES.values()), max(PITCHES.values()))
    return REMI(
        TokenizerConfig(
            # of melodic tracks: MidiTok's decoder holds drums to it too
            pitch_range=span,
            beat_res={(0, 1): POSITIONS_PER_BEAT},
            num_velocities=VELOCITY_STEPS,
            use_velocities=True,
            use_note_duration_programs=[],
            use_rests=False,
            use_tempos=False,
            use_time_signatures=False,
            use_programs=False,
            use_pitchdrum_tokens=True,
            # MidiTok's default (27, 88) drops Groove's 22 and 26 without a word
            drums_pitch_range=span,
            special_tokens=["PAD", "BOS", "EOS"],
        )
    )


@cache
def miditok_vocabulary() -> Vocabulary:
    """The vocabulary of `tokenizer`."""
    return Vocabulary(dict(tokenizer().vocab))
