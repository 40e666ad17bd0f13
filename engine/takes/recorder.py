"""Capture and record: what of the performance becomes a clip, always from bar line to bar line.

And the records of what is played, for whoever keeps the take.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.bars.placed import PlacedBar, PlacedNote
from engine.controls.control import Value
from engine.score.grid import TICKS_PER_CLOCK, TICKS_PER_SIXTEENTH
from engine.takes.take import Begun, Keep, Left, Played, Record
from engine.timing.playhead import Landing
from engine.timing.timeline import Timeline

# A button pressed so near a bar line means that line: a downbeat is hit by hand up to 50 ms
# early or late (design choice: a sixteenth, 125 ms at 120 BPM, allows for twice that).
NEAR = TICKS_PER_SIXTEENTH  # ticks
GRAIN = TICKS_PER_CLOCK  # ticks; a master that jumps at a bar line does so between two clocks


class Recorder:
    """What is being played, told bar by bar and note by note; a button says what to keep."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._told: dict[str, Value] = {}
        self._newest = self._before = -1  # numbers of the bar that began last, and before it
        self._playing = False
        self._asked: list[Keep] = []  # until their last bar has ended
        self._from: int | None = None  # number of the first bar to be recorded

    # ---- what is played
    def begin(
        self,
        playing: PlacedBar,
        line: Timeline,
        landing: Landing | None,
        controls: Mapping[str, Value],
    ) -> None:
        """A bar begins, or has jumped along; `landing`: playing comes in there, not at its line."""
        moved = tuple(item for item in controls.items() if self._told.get(item[0]) != item[1])
        self._told = dict(controls)
        bar = playing.bar
        self._records.append(
            Begun(
                playing.number,
                playing.start,
                line.seconds(playing.start),
                line.bpm,
                bar.style,
                bar.source,
                bar.fill,
                0.0 if landing is None else max(0.0, landing.tick - playing.start),
                bar.meter,
                moved,
                None if landing is None else landing.left,
            )
        )
        if playing.number != self._newest:
            self._before, self._newest = self._newest, playing.number
        self._playing = True

    def play(self, note: PlacedNote, at: float, line: Timeline, offset: float) -> None:
        """A note wanted at `at` was sent, `offset` seconds later than it is to be heard."""
        tick = line.ticks(at - offset) - note.start
        score = note.score - note.start
        self._records.append(Played(note.bar, tick, score, note.note, note.velocity, at, line.bpm))

    def leave(self, playing: PlacedBar, tick: float, now: float) -> None:
        """The bar that played is left at a song tick, unless it had come to its end by then."""
        if tick < playing.end - GRAIN:
            self._records.append(Left(playing.number, tick - playing.start, now))

    # ---- the buttons
    def capture(self, bars: int, current: PlacedBar | None, tick: float) -> bool:
        """Keep the last bars; `tick` of the song, while a bar plays. False: there are none."""
        last = self._newest
        if current is not None and tick < current.end - NEAR:
            last = self._before
        self._asked += [Keep(bars, last)] if last >= 0 else []
        return last >= 0

    def record(self, on: bool, current: PlacedBar | None, tick: float) -> None:
        """From here on, or until here."""
        late = current is not None and tick < current.start + NEAR
        if on and self._from is None:
            self._from = self._newest + (0 if late else 1)
        elif not on and self._from is not None:
            last = max(self._before if late else self._newest, self._from)
            self._asked.append(Keep(last - self._from + 1, last, self._from))
            self._from = None

    def stop(self, playing: PlacedBar, tick: float, now: float) -> bool:
        """Playing stopped at a song tick; True where that ended a recording."""
        self.leave(playing, tick, now)
        self._playing = False
        if self._from is None or self._newest < self._from:
            return False
        self.record(False, None, 0.0)
        return True

    # ---- out
    def news(self) -> list[Record]:
        """What was played since, and what is to be kept of it by now."""
        out, self._records = self._records, []
        if self._asked:
            ended = self._before if self._playing else self._newest
            out += [keep for keep in self._asked if keep.last <= ended]
            self._asked = [keep for keep in self._asked if keep.last > ended]
        return out
