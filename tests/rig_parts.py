"""The processes behind tests/rig.py that are written in Python: the witness and the transport.

They import nothing of the project or of pytest: their process callbacks must end within a period.
"""

import collections
import contextlib
import gc
import itertools
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import jack  # type: ignore[import-untyped]

MOUTHFUL = 16  # messages a period: more than a buffer holds would end the process callback


@contextlib.contextmanager
def jack_client(name: str) -> Iterator[Any]:
    """An open, not yet active client of the server in the environment."""
    gc.freeze()  # a collection inside the process callback would miss a period
    client = jack.Client(name, no_start_server=True)
    try:
        yield client
    finally:
        client.close()


def witness(arguments: list[str]) -> None:
    """The witness's own process; its name, its ears. Lines of hex in, lines "heard ..." out."""
    name, *labels = arguments
    news: collections.deque[str] = collections.deque()
    mouthfuls: collections.deque[bytes] = collections.deque()
    xruns = itertools.count(1)

    with jack_client(name) as client:
        ears = [(label, client.midi_inports.register(label)) for label in labels]
        mouth = client.midi_outports.register("mouth")

        def process(_frames: int) -> None:
            now = client.last_frame_time
            for label, ear in ears:
                for offset, data in ear.incoming_midi_events():
                    news.append(f"heard {label} {now + offset} {bytes(data).hex()}")
            mouth.clear_buffer()
            for _ in range(min(len(mouthfuls), MOUTHFUL)):
                mouth.write_midi_event(0, mouthfuls.popleft())

        client.set_process_callback(process)
        client.set_xrun_callback(lambda _delay: news.append(f"xruns {next(xruns)}"))
        client.activate()
        print("ready", flush=True)
        told = threading.Thread(target=_tell, args=(news,), daemon=True)
        told.start()
        for line in sys.stdin:
            mouthfuls.append(bytes.fromhex(line))


def _tell(news: "collections.deque[str]") -> None:
    while True:
        while news:
            print(news.popleft())
        sys.stdout.flush()
        time.sleep(0.005)


class _Score:
    """Beats by frames: one tempo since the last change, counted on without a jump."""

    def __init__(self, bpm: float) -> None:
        self.bpm = bpm
        self._frame, self._beat = 0, 0.0

    def beat(self, frame: int, rate: int) -> float:
        return self._beat + (frame - self._frame) / rate * self.bpm / 60.0

    def change(self, bpm: float, frame: int, rate: int) -> None:
        self._beat, self._frame, self.bpm = self.beat(frame, rate), frame, bpm

    def relocate(self, beat: float, rate: int) -> int:
        """The frame of a beat as if this tempo had been so from the start."""
        self._frame, self._beat = 0, 0.0
        return round(beat * 60.0 / self.bpm * rate)


def transport(arguments: list[str]) -> None:
    """The clock master's own process: timebase in 4/4, commands in as lines, "done" out."""
    score = _Score(float(arguments[0]))
    with jack_client("transport") as client:

        def timebase(_state: int, _frames: int, pos: Any, _new: bool) -> None:
            ticks = round(score.beat(pos.frame, client.samplerate) * 1920)
            bar, in_bar = divmod(ticks, 4 * 1920)
            beat, tick = divmod(in_bar, 1920)
            pos.valid = 0x10  # JackPositionBBT
            pos.bar, pos.beat, pos.tick = bar + 1, beat + 1, tick
            pos.bar_start_tick = bar * 4 * 1920
            pos.beats_per_bar, pos.beat_type, pos.ticks_per_beat = 4.0, 4.0, 1920.0
            pos.beats_per_minute = score.bpm

        client.activate()
        client.set_timebase_callback(timebase)
        print("ready", flush=True)
        for line in sys.stdin:
            command, *value = line.split()
            if command == "play":
                client.transport_start()
            elif command == "stop":
                client.transport_stop()
            elif command == "tempo":
                score.change(float(value[0]), client.transport_frame, client.samplerate)
            elif command == "locate":
                client.transport_locate(score.relocate(float(value[0]), client.samplerate))
            print("done", flush=True)


if __name__ == "__main__":
    {"witness": witness, "transport": transport}[sys.argv[1]](sys.argv[2:])
