"""What JACK's own threads do with our ports, once in each of its periods.

JACK asks for a period's messages at its start, so whoever wants one at a frame must have said so
before: what to play is handed over ahead (live.midi.pulse) and waits here. What comes in gets the
time of its frame. It is Python: at a period of 256 frames it takes about 1 % of it, if nobody else
in this process wants to run.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from live.midi.open_port import OpenPort, stale
from live.midi.pulse import Pulse
from live.midi.sounding import Sounding
from live.midi.wire import EVERYWHERE, MOMENT, SENT, STOOD, Message, Wire, packed

WRAP = 1 << 32  # JACK counts frames in 32 bits
MISSED = 1.5  # periods from one to the next: some were missed
STOOD_LEAST = 0.002  # seconds; less is how the clock is smoothed


class JackPeriods:
    """`ears`, `lamps` and `out` are replaced by the process's own thread, never changed."""

    def __init__(
        self,
        take: Callable[[], list[Message]],
        wire: Wire,
        pulse: Pulse,
        error: type[Exception],
        rate: float,
    ) -> None:
        """`take()` gives what the conductor has written; `error` is what a full buffer raises.

        `rate` is in frames a second.
        """
        self.ears: tuple[OpenPort, ...] = ()
        self.lamps: tuple[OpenPort, ...] = ()
        self.out: Any = None
        self.falls_silent = False
        self.lost = 0  # events that JACK had no room for
        self._take, self._wire, self._pulse = take, wire, pulse
        self._error, self._rate = error, rate
        self._heard_at, self._song_frame = math.inf, 0  # the last period's start
        self._notes: deque[tuple[float, bytes]] = deque()
        self._sounding = Sounding()

    def _start(self, client: Any) -> float:
        """The moment at which this period began, by JACK's smoothed clock."""
        since: int = client.frames_since_cycle_start
        since -= WRAP if since > WRAP // 2 else 0
        return time.perf_counter() - since / self._rate

    def hear(self, client: Any, frames: int) -> None:
        """Tell the conductor what came in."""
        start = self._start(client)
        self._notice_standstill(start, client.transport_frame, frames)
        heard: list[tuple[int, int, bytes]] = []
        for ear in self.ears:
            feed, number = ear.stream.feed, ear.number
            for offset, data in ear.port.incoming_midi_events():
                heard += ((offset, number, message) for message in feed(bytes(data)))
            self.lost += ear.port.lost_midi_events
        if heard:
            heard.sort(key=lambda one: one[0])  # the order of one port's messages stays
            self._wire.write(b"".join(packed(start + o / self._rate, n, m) for o, n, m in heard))

    def _notice_standstill(self, start: float, frame: int, frames: int) -> None:
        """Periods were missed: as far as JACK's song did not go on, the server stood still.

        And with it the masters there. Where we alone missed periods, they went on without us.
        """
        passed, played = start - self._heard_at, (frame - self._song_frame) / self._rate
        self._heard_at, self._song_frame = start, frame
        if passed > MISSED * frames / self._rate and 0.0 < played < passed - STOOD_LEAST:
            self._wire.write(packed(start, STOOD, MOMENT.pack(passed - played)))

    def play(self, client: Any, frames: int) -> None:
        """Write what is due in this period."""
        start = self._start(client)
        self._pulse.beat(start, frames / self._rate)
        self._sort_out(start)
        if (out := self.out) is not None:
            out.clear_buffer()
            if self.falls_silent:
                for message in self._sounding.releases():
                    self._written(out, 0, message)
            else:
                self._write_notes(out, start, frames)
        for lamp in self.lamps:
            lamp.port.clear_buffer()
            while lamp.waiting and self._written(lamp.port, 0, lamp.waiting[0]):
                lamp.waiting.popleft()

    def _sort_out(self, start: float) -> None:
        """Take what was handed over since the last period."""
        for at, port, data in self._take():
            if port != EVERYWHERE:
                for lamp in self.lamps:
                    if lamp.number == port:
                        lamp.waiting.append(data)
            elif not stale(at, start, data):  # else we or the server slept
                self._notes.append((at, data))

    def _write_notes(self, out: Any, start: float, frames: int) -> None:
        """Those of this period, and late ones at once; no note overtakes another."""
        least, end, told = 0, start + frames / self._rate, b""
        while self._notes and self._notes[0][0] < end:
            at, data = self._notes[0]
            least = min(max(least, round((at - start) * self._rate)), frames - 1)
            if not self._written(out, least, data):
                break  # the buffer is full: in the next period
            self._notes.popleft()
            self._sounding.add(data)
            told += packed(at, SENT, MOMENT.pack(start + least / self._rate))
        if told:
            self._wire.write(told)

    def _written(self, port: Any, offset: int, data: bytes) -> bool:
        try:
            port.write_midi_event(offset, data)
        except self._error:
            return False
        return True
