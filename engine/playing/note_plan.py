"""Which notes of the bars that play are still to come, as the knobs would have them now.

A note is sent once, whatever is turned while it waits; what is past and was not waiting stays
past.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from engine.bars.placed import PlacedBar, PlacedNote
from engine.feel.strokes import PerformedKnobs, strokes
from engine.score.articulations import Sounds
from engine.score.grid import TICKS_PER_SIXTEENTH
from engine.score.notes import Voice
from engine.timing.playhead import Landing

EPSILON = 1e-6  # ticks; below a nanosecond, above float error
TWIN = TICKS_PER_SIXTEENTH // 2  # notes of a voice nearer than this across a jump are one


class NotePlan:
    """What the agenda knows of these bars; `kit` maps voices to MIDI notes, `articulations` too."""

    def __init__(self, kit: Mapping[Voice, int], articulations: Mapping[str, int]) -> None:
        self._kit, self._voices, self._sounds = kit, frozenset(kit), Sounds(articulations)
        self._floor = 0.0  # song tick where playing began or jumped to
        self._sent: set[tuple[int, int, int]] = set()  # keys of notes of these bars
        self._twins: set[tuple[int, int]] = set()  # sent ahead of a jump: not again after it
        self._planned: set[int] = set()  # numbers of bars the agenda knows

    def land(self, landing: Landing) -> None:
        """Playing begins in the middle of things; what was sent ahead of a jump is known."""
        left = math.inf if landing.left is None else landing.left
        self._twins = {
            (round(score + landing.tick - left), note)
            for _, score, note in self._sent
            if score >= left
        }
        self._floor = landing.tick
        self._sent.clear()
        self._planned.clear()

    def begin(self, number: int) -> bool:
        """A bar begins, and those before it are forgotten; True where its notes are planned."""
        self._sent = {key for key in self._sent if key[0] >= number}
        self._planned = {planned for planned in self._planned if planned >= number}
        return number in self._planned

    def stop(self) -> None:
        """Playing stopped: what comes next is no jump."""
        self._twins.clear()

    def send(self, note: PlacedNote) -> None:
        """A note was sent."""
        self._sent.add(note.key)

    def notes(
        self,
        bars: Sequence[PlacedBar],
        knobs: PerformedKnobs,
        playhead: float,
        was: float,
        pending: Sequence[PlacedNote],
    ) -> list[PlacedNote]:
        """The notes of these bars, the first of them playing, that are still to come.

        The playhead stands at a song tick, and stood at `was` by the offsets that the pending
        notes were planned with.
        """
        # A note to come may be moved as far as the playhead; one late already stays as late.
        coming = {note.key: playhead - max(0.0, was - note.tick) for note in pending}
        # The last hits of the bar before may be late enough to sound in this one.
        notes = [note for note in pending if note.bar < bars[0].number]
        for playing in bars:
            notes += self._of(playing, knobs, playhead, coming)
            self._planned.add(playing.number)
        return notes

    def _of(
        self,
        playing: PlacedBar,
        knobs: PerformedKnobs,
        playhead: float,
        coming: Mapping[tuple[int, int, int], float],
    ) -> list[PlacedNote]:
        """The notes of a bar; `coming` is how early each pending one may stand.

        What is past and was not pending (muted, thinned out) stays past; a voice that the kit
        lacks is left out.
        """
        known, bar, start = playing.number in self._planned, playing.number, playing.start
        knobs = playing.lead.knobs(knobs) if playing.lead else knobs
        notes = []
        for stroke in strokes(playing.bar, knobs, self._voices):
            score, voice, velocity = start + stroke.score, stroke.voice, stroke.velocity
            usual = self._kit[voice]
            if score < self._floor - EPSILON or self._is_twin(score, usual):
                continue
            key = (bar, score, usual)
            tick = max(start + stroke.tick, self._floor)
            if known and tick < playhead:
                tick = max(tick, coming.get(key, -math.inf))
            if key in self._sent or (known and tick < playhead and key not in coming):
                continue
            note = self._sounds.note(voice, velocity, usual)
            notes.append(PlacedNote(tick, score, voice, note, velocity, bar, start, usual))
        return notes

    def _is_twin(self, score: int, note: int) -> bool:
        twins = self._twins  # mostly none
        return bool(twins) and any(note == n and abs(score - at) < TWIN for at, n in twins)
