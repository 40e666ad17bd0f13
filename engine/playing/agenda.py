"""What is due and when: notes to come in song ticks, note-offs in seconds.

No key sounds twice within DOUBLED, whatever put the two there: bars that meet, a voice that shares
its note with another, swing, a knob. The weaker goes, but a grace stroke before a louder one stays.

Notes are kept in ticks until the moment they leave, so a tempo change moves them all.
Every note-on gets exactly one note-off; a note struck again is released first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from engine.bars.placed import PlacedNote
from engine.playing.events import Send
from engine.timing.timeline import Timeline

# A note-on later than this is dropped: "in all cases latency is preferable to jitter" (Ableton, of
# MIDI), and a hit a tenth of a second late is a wrong hit. Design choice between 40 ms, where a
# hit stops feeling late and feels like another, and a 16th at 150 BPM.
STALE = 0.08
EPSILON = 1e-9  # seconds; below any clock's grain, above float error
# Two strokes of one key nearer than this are heard as one that stumbles, if they are no flam or
# drag, whose first stroke is much softer. Design choice, below the 37 ms of sixteenths at 400 BPM.
DOUBLED = 0.035
DRAG = 2.0 * DOUBLED  # seconds in which the stroke comes that a grace stroke leads to
FLAM = 0.01  # seconds between a grace stroke and what follows, at least
GRACE = 0.6  # of the velocity of that stroke, at most


class Agenda:
    """Pending notes and sounding ones. `channel` 1..16, `gate` seconds a note is held."""

    def __init__(self, channel: int = 10, gate: float = 0.1) -> None:
        self.dropped = 0
        self._on, self._off = 0x90 + channel - 1, 0x80 + channel - 1
        self._gate = gate
        self._pending: list[PlacedNote] = []  # latest first, so that the next one pops off the end
        self._releases: dict[int, float] = {}  # sounding note -> when to let go
        # Note -> when it was struck last, and how hard if that was a grace stroke, else 0.
        self._struck_at: dict[int, tuple[float, int]] = {}

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

    def deadline(self, line: Timeline | None, shift: float, hold: float | None) -> float | None:
        """When due() next has something: `line` is None while stopped; see due()."""
        head = self._head(line, shift, hold)
        release = min(self._releases.values(), default=None)
        if head is None or release is None:
            return release if head is None else head
        return min(head, release)

    def due(
        self, now: float, line: Timeline | None, shift: float, floor: float, hold: float | None
    ) -> list[tuple[Send, PlacedNote | None]]:
        """Messages wanted by `now`, in order; a note-on comes with its note.

        `shift` seconds are added to every note, none is wanted before `floor` (the moment
        playing began), notes whose score stands at or after `hold` ticks wait.
        """
        out: list[tuple[Send, PlacedNote | None]] = []
        while True:
            head = self._head(line, shift, hold)
            release = min(self._releases.values(), default=math.inf)
            if release <= now + EPSILON and (head is None or release <= head):
                out.append((self._released(release), None))
            elif head is not None and head <= now + EPSILON:
                note = self._pending.pop(self._first(hold))
                if not self._is_doubled(note, head, line):
                    out += self._struck(note, max(head, floor), now)
            else:
                return out

    def _head(self, line: Timeline | None, shift: float, hold: float | None) -> float | None:
        first = self._first(hold)
        if line is None or first < 0:
            return None
        return line.seconds(self._pending[first].tick) + shift

    def _first(self, hold: float | None) -> int:
        """Where in the list the next note stands that need not wait; -1: all wait."""
        at = len(self._pending) - 1
        while hold is not None and at >= 0 and self._pending[at].score >= hold:
            at -= 1
        return at

    def _is_doubled(self, note: PlacedNote, at: float, line: Timeline | None) -> bool:
        """Whether it is to give way to a stroke of its key just before or after it."""
        assert line is not None  # it stood still: nothing is due
        last, grace = self._struck_at.get(note.note, (-math.inf, 0))
        louder, leads = self._coming(note, line)
        led_to = grace and (leads or grace <= GRACE * note.velocity)
        if at - last < (FLAM if led_to else DOUBLED) or (louder and not leads):
            return True
        self._struck_at[note.note] = at, note.velocity if leads else 0
        return False

    def _coming(self, note: PlacedNote, line: Timeline) -> tuple[bool, bool]:
        """Whether a louder stroke of its key comes at once, and whether it is a grace stroke."""
        louder = leads = False
        for coming in reversed(self._pending):
            ahead = (coming.tick - note.tick) * line.seconds_per_tick
            if ahead >= DRAG:
                break
            if coming.note == note.note and coming.velocity > note.velocity:
                louder = louder or ahead < DOUBLED
                leads = leads or (ahead >= FLAM and note.velocity <= GRACE * coming.velocity)
        return louder, leads

    def _released(self, at: float) -> Send:
        note = next(note for note, release in self._releases.items() if release == at)
        del self._releases[note]
        return Send(bytes((self._off, note, 64)), at)

    def _struck(
        self, note: PlacedNote, at: float, now: float
    ) -> list[tuple[Send, PlacedNote | None]]:
        if now - at > STALE:
            self.dropped += 1
            return []
        out: list[tuple[Send, PlacedNote | None]] = []
        if self._releases.pop(note.note, None) is not None:
            out.append((Send(bytes((self._off, note.note, 64)), at), None))
        self._releases[note.note] = at + self._gate
        out.append((Send(bytes((self._on, note.note, note.velocity)), at), note))
        return out

    def silence(self, now: float) -> list[Send]:
        """Let go of everything, forget everything."""
        self._pending, self._struck_at = [], {}
        releases, self._releases = self._releases, {}
        return [Send(bytes((self._off, note, 64)), now) for note in sorted(releases)]
