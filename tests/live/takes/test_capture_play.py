"""A captured take beside what a witness recorded at the port, with foreign software all around."""

import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from model.midi_files.drum_file import read
from tests.live.test_play import CLOSE, ON, RATE, Hall, Heard, hall  # noqa: F401 - a fixture
from tests.rig import require

pytestmark = [pytest.mark.jack, pytest.mark.foreign, pytest.mark.stage]

BARS = 2
SLOWER = 126.0  # when it is faster than before, jack_midi_clock may leave a tick out
# frames. Of the same note and velocity, nearer than the next sixteenth: when the machine holds
# JACK up, the clock that the witness counts by comes late, and single notes stand far off it.
SAME = 0.1 * RATE
Note = tuple[float, int, int]  # tick, note, velocity


def beats(witness_clocks: list[int], frame: int) -> float:
    """Where a frame stands between the clock messages, 24 a beat."""
    number = max(n for n, at in enumerate(witness_clocks) if at <= frame or n == 0)
    number = min(number, len(witness_clocks) - 2)
    before, after = witness_clocks[number], witness_clocks[number + 1]
    return (number + (frame - before) / (after - before)) / 24


def test_what_was_captured_is_what_the_witness_recorded(
    hall: Callable[..., Hall],  # noqa: F811
    tmp_path: Path,
) -> None:
    require("oscsend")
    master, drummer, witness = hall(132.0, style="funk", controls={"capture_bars": str(BARS)})
    master.play()
    drummer.wait_for("Funk", 30.0, count=3)
    master.tempo(SLOWER)
    drummer.wait_for("Funk", 30.0, count=6)
    capture = ("oscsend", "localhost", str(drummer.osc), "/drumigen/capture", "f", "1")
    subprocess.run(capture, check=True, timeout=15)
    drummer.wait_for("kept", 10.0)
    master.stop()
    drummer.wait_for("stopped")
    heard = Heard(witness)
    velocities = [one.data[2] for one in witness.heard("drums") if one.data[0] == ON]
    recorded = [
        (beats(heard.clocks, frame), note, velocity)
        for (frame, note), velocity in zip(heard.notes, velocities, strict=True)
    ]
    (file,) = (tmp_path / "clips").glob("*.mid")
    clip = read(file)
    assert clip.ticks == BARS * 1920
    mine = [tuple(note[:3]) for note in clip.notes]
    tick = 60 / SLOWER / 480 * RATE  # frames
    found = [
        offs
        for first in range(int(recorded[-1][0]) // 4)
        for offs in [
            partners([((b - first * 4) * 480, *rest) for b, *rest in recorded], mine, tick)
        ]
        if offs is not None
    ]
    assert len(found) == 1
    assert len(found[0]) >= 20
    assert statistics.median(found[0]) <= CLOSE / 2


def partners(recorded: list[Note], mine: list[Note], tick: float) -> list[float] | None:
    """How many frames apart each stroke stands in both; None where they are not the same.

    Near the lines of its bars a late hit may stand beside an early one of another bar: there
    the witness cannot tell whose it is.
    """
    offs = []
    for one, others in ((mine, recorded), (recorded, mine)):
        for at, *stroke in one:
            if not 60 < at < BARS * 1920 - 120:
                continue
            off = min(
                (abs(at - other) * tick for other, *of in others if of == stroke), default=SAME
            )
            if off >= SAME:
                return None
            offs.append(off)
    return offs
