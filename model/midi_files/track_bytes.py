"""The events of one track out of its bytes."""

from __future__ import annotations

from collections.abc import Iterator

from model.midi_files.events import END_OF_TRACK, ESCAPE, META, SYSEX, FileEvent

# Beats: half an hour of rest, and nine hours in all, at 120 BPM. More is a number misread.
PAUSE, LONGEST = 2**12, 2**16
_VALUES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_SYSTEM = {0xF1: 1, 0xF2: 2, 0xF3: 1}  # values of system messages; the others have none


class DamagedError(Exception):
    """Why a track cannot be read on."""


class TrackBytes:
    """The bytes of a track from `at` on; `system` counts the system messages left out."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self._data, self.at, self._end, self.system = data, at, end, 0

    def events(self, beat: int) -> Iterator[FileEvent]:
        """Events up to the end of the track; raises DamagedError where there is none.

        `beat` is how many ticks one has. Where the bytes cannot be read, `at` is the event's first.
        """
        tick, running = 0, 0
        while self.at < self._end:
            start = self.at
            try:
                tick = self._moment(tick, beat)
                status = self._data[self.at] if self.at < self._end else None
                if status is None or status >= 0x80:
                    status = self._take(1)[0]
                elif not (status := running):
                    raise DamagedError("a value without a status")
                event = self._event(tick, status)
            except DamagedError:
                self.at = start
                raise
            if event is None:
                continue
            running = event.status if event.status < SYSEX else running
            yield event
            if event.meta == END_OF_TRACK:
                return

    def _moment(self, tick: int, beat: int) -> int:
        """The tick of the next event."""
        pause = self._number()
        if pause > PAUSE * beat or tick + pause > LONGEST * beat:
            raise DamagedError(f"{pause} ticks to the next event, which would be hours away")
        return tick + pause

    def _event(self, tick: int, status: int) -> FileEvent | None:
        """What follows a status byte; None if it does not belong into a file."""
        if status < SYSEX:
            data = self._take(_VALUES[status & 0xF0])
            if max(data) > 0x7F:
                raise DamagedError(f"a value of {max(data)}, allowed are 0..127")
            return FileEvent(tick, status, data)
        if status == META:
            kind = self._take(1)
            return FileEvent(tick, status, kind + self._take(self._number()))
        if status in (SYSEX, ESCAPE):
            return FileEvent(tick, status, self._take(self._number()))
        self._take(_SYSTEM.get(status, 0))
        self.system += 1
        return None

    def _take(self, count: int) -> bytes:
        if self.at + count > self._end:
            raise DamagedError("an event is cut off")
        self.at += count
        return self._data[self.at - count : self.at]

    def _number(self) -> int:
        """A number of variable length, four bytes at most."""
        number = 0
        for _ in range(4):
            byte = self._take(1)[0]
            number = number << 7 | byte & 0x7F
            if byte < 0x80:
                return number
        raise DamagedError("a number of more than four bytes")
