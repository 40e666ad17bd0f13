"""What was played as the lines of a take's file; live/takes/writer.py says what they look like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.controls.control import Value
from engine.score.grid import FOUR_FOUR
from engine.takes.take import Begun, Left, Played, Record

FINE = 1  # decimals of a tick: 0.3 ms at 20 BPM, a sixth of the length in bytes of a whole float
WAVER = 0.2  # BPM from the last line that are worth another: a followed clock is never quite still
Line = Mapping[str, object]


class Lines:
    """Told records, it gives lines; those of one file stand by themselves."""

    def __init__(self) -> None:
        self._controls: dict[str, Value] = {}
        self._at = 0.0  # seconds of the performance's clock when the file began
        self._bar: Begun | None = None
        self._bpm = 0.0
        self._notes: list[float] = []  # of a line that is not complete

    @property
    def is_begun(self) -> bool:
        """A bar has begun in this file."""
        return self._bar is not None

    def begin_file(self) -> None:
        """What comes is written into another file."""
        self._bar = None

    def add(self, record: Record) -> Iterator[Line]:
        """The lines that are complete with a record."""
        if self._notes and not (isinstance(record, Played) and record.number == self._notes[0]):
            yield from self.rest()
        match record:
            case Begun():
                yield self._begun(record)
            case Played():
                if abs(record.bpm - self._bpm) >= WAVER:
                    yield from self.rest()
                    self._bpm = record.bpm
                    yield {"bpm": round(record.bpm, 2)}
                late = round(record.tick - record.score, FINE)
                self._notes = self._notes or [record.number]
                self._notes += (record.score, _short(late), record.note, record.velocity)
            case Left(number, tick, at):
                yield {"left": number, "tick": round(tick, FINE), "at": self._second(at)}

    def rest(self) -> Iterator[Line]:
        """The line that nothing is added to any more."""
        if self._notes:
            notes, self._notes = self._notes, []
            yield {"n": notes}

    def _begun(self, begun: Begun) -> Line:
        moved = dict(begun.controls)
        self._controls |= moved
        if self._bar is None:
            self._at, moved = begun.at, self._controls
        before = self._bar
        self._bar, self._bpm = begun, begun.bpm
        line: dict[str, object] = {"b": begun.number, "at": self._second(begun.at)}
        line["bpm"] = round(begun.bpm, 2)
        line |= {"style": begun.style, "by": begun.source}
        if before is None or begun.start != before.start + before.meter.bar_ticks:
            line["start"] = begun.start
        line |= {"fill": 1} if begun.fill else {}
        line |= {"entered": round(begun.entered, FINE)} if begun.entered else {}
        line |= {} if begun.left is None else {"jumped": round(begun.left, FINE)}
        line |= {"meter": str(begun.meter)} if begun.meter != FOUR_FOUR else {}
        return line | ({"set": moved} if moved else {})

    def _second(self, at: float) -> float:
        return round(at - self._at, 3)


def _short(figure: float) -> float:
    """Whole numbers without their .0, two bytes a note."""
    return int(figure) if figure == int(figure) else figure
