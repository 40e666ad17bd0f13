"""What is due and when: notes to come in song ticks, note-offs in seconds.

Of notes of one key that come too near to one another some are left out (`spacing.py`).

Notes are kept in ticks until the moment they leave, so a tempo change moves them all.
Every note-on gets exactly one note-off; a note struck again is released first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from engine.bars.placed import PlacedNote
from engine.playing.events import Send
from engine.playing.spacing import DOUBLED, LastStroke, Near, struck
from engine.score.grid import FOUR_FOUR, Meter
from engine.score.importance import metric_weight
from engine.timing.timeline import Timeline

# A note-on later than this is dropped: "in all cases latency is preferable to jitter" (Ableton, of
# MIDI), and a hit a tenth of a second late is a wrong hit. Design choice between 40 ms, where a
# hit stops feeling late and feels like another, and a 16th at 150 BPM.
STALE = 0.08
AUDITION = 100  # velocity of a note that is only to be heard
EPSILON = 1e-9  # seconds; below any clock's grain, above float error


class Agenda:
    """Pending notes and sounding ones. `channel` 1..16, `gate` seconds a note is held.

    `meter` says which notes stand on the beat; each of the `choked` notes lets go of the others.
    """

    def __init__(
        self,
        channel: int = 10,
        gate: float = 0.1,
        meter: Meter = FOUR_FOUR,
        choked: frozenset[int] = frozenset(),
    ) -> None:
        self.dropped = 0
        self._choked = choked
        self._on, self._off = 0x90 + channel - 1, 0x80 + channel - 1
        self._gate, self.meter = gate, meter
        self._pending: list[PlacedNote] = []  # latest first, so that the next one pops off the end
        self._releases: dict[int, float] = {}  # sounding note -> when to let go
        self._last: dict[int, LastStroke] = {}  # note -> how it was struck last
        self._auditions: list[int] = []  # notes that are to be heard at once

    @property
    def pending(self) -> tuple[PlacedNote, ...]:
        """Notes to come, in order."""
        return tuple(reversed(self._pending))

    @property
    def sounding(self) -> frozenset[int]:
        return frozenset(self._releases)

    def plan(self, notes: Iterable[PlacedNote]) -> None:
        """Replace all that is pending; of equal notes on one spot the louder stays."""
        best: dict[tuple[int, int], PlacedNote] = {}
        for note in notes:
            known = best.get((note.note, note.score))
            if known is None or note.velocity > known.velocity:
                best[note.note, note.score] = note
        self._pending = sorted(best.values(), key=lambda n: (-n.tick, -n.score, n.note))

    def flush(self, after: float) -> None:
        """Forget pending notes at or after a song tick."""
        self._pending = [note for note in self._pending if note.tick < after]

    def audition(self, note: int) -> None:
        """A note that due() strikes at once, of no bar."""
        self._auditions.append(note)

    def deadline(
        self, line: Timeline | None, shift: float, floor: float, hold: float | None
    ) -> float | None:
        """When due() next has something: `line` is None while stopped; see due()."""
        head = self._head(line, shift, floor, hold)
        release = min(self._releases.values(), default=None)
        if head is None or release is None:
            return release if head is None else head
        return min(head, release)

    def due(
        self, now: float, line: Timeline | None, shift: float, floor: float, hold: float | None
    ) -> list[tuple[Send, PlacedNote | None]]:
        """Messages wanted by `now`, in order; a note-on comes with its note.

        `shift` seconds are added to every note, none is wanted before `floor` (the moment playing
        began, which may be to come), notes whose score stands at or after `hold` ticks wait.
        """
        out: list[tuple[Send, PlacedNote | None]] = []
        while self._auditions:
            note = self._auditions.pop(0)
            out += ((send, None) for send in self._sounded(note, AUDITION, now))
        while True:
            head = self._head(line, shift, floor, hold)
            release = min(self._releases.values(), default=math.inf)
            if release <= now + EPSILON and (head is None or release <= head):
                out.append((self._released(release), None))
            elif line is not None and head is not None and head <= now + EPSILON:
                first = self._first(hold)
                row = self._row(first, head, line, shift, hold)
                out += self._struck(self._pending.pop(first), row, now)
            else:
                return out

    def _head(
        self, line: Timeline | None, shift: float, floor: float, hold: float | None
    ) -> float | None:
        first = self._first(hold)
        if line is None or first < 0:
            return None
        return max(line.seconds(self._pending[first].tick) + shift, floor)

    def _first(self, hold: float | None) -> int:
        """Where in the list the next note stands that need not wait; -1: all wait."""
        at = len(self._pending) - 1
        while hold is not None and at >= 0 and self._pending[at].score >= hold:
            at -= 1
        return at

    def _row(
        self, first: int, at: float, line: Timeline, shift: float, hold: float | None
    ) -> list[Near]:
        """A note wanted `at` and those of its key after it, each too near to the one before."""
        note = self._pending[first]
        row = [Near(at, note.velocity, metric_weight(note.score - note.start, self.meter))]
        near = line.ticks(at + DOUBLED - shift)  # mostly nothing stands before it
        for place in range(first - 1, -1, -1):
            other = self._pending[place]
            if other.tick >= near:
                break
            if other.note == note.note and (hold is None or other.score < hold):
                at = max(at, line.seconds(other.tick) + shift)
                weight = metric_weight(other.score - other.start, self.meter)
                row.append(Near(at, other.velocity, weight))
                near = line.ticks(at + DOUBLED - shift)
        return row

    def _released(self, at: float) -> Send:
        note = next(note for note, release in self._releases.items() if release == at)
        del self._releases[note]
        return Send(bytes((self._off, note, 64)), at)

    def _struck(
        self, note: PlacedNote, row: list[Near], now: float
    ) -> list[tuple[Send, PlacedNote | None]]:
        at = row[0].at
        if now - at > STALE:
            self.dropped += 1
            return []
        stroke = struck(row, self._last.get(note.note))
        if stroke is None:
            return []
        self._last[note.note] = stroke
        *ends, on = self._sounded(note.note, note.velocity, at)
        return [*((end, None) for end in ends), (on, note)]

    def _sounded(self, note: int, velocity: int, at: float) -> list[Send]:
        """Strike a note; first let go of what it ends: itself, of choked ones the others."""
        ended = self._choked if note in self._choked else (note,)
        ends = [
            Send(bytes((self._off, one, 64)), at)
            for one in sorted(ended)
            if self._releases.pop(one, None) is not None
        ]
        self._releases[note] = at + self._gate
        return [*ends, Send(bytes((self._on, note, velocity)), at)]

    def silence(self, now: float) -> list[Send]:
        """Let go of everything, forget everything."""
        self._pending, self._last = [], {}
        releases, self._releases = self._releases, {}
        return [Send(bytes((self._off, note, 64)), now) for note in sorted(releases)]
