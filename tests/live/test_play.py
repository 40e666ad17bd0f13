"""The drummer on foreign software: a JACK server, jack_midi_clock as master, a witness.

JACK hands a message to us at the start of its period and takes one from us at the next, so each
way costs up to 256 frames (5.3 ms) beside our own lateness: the median of a performance must
stay under CLOSE. On a busy machine JACK itself misses periods now and then; a single note may
be FAR off, which is still far less than the sixteenth that a wrong place would be.
"""

import bisect
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.drumigen import IN, OUT, Drumigen, pulse
from tests.rig import CLOCK, CLOCK_PORT, CONTINUE, START, ClockMaster, JackServer, Witness, require

RATE = 48000
CLOSE = 0.008 * RATE  # frames
FAR = 0.035 * RATE
CRASH, KICK = 49, 36
ON, OFF = 0x99, 0x89


@pytest.fixture
def jack() -> Iterator[JackServer]:
    require()
    with JackServer() as server:
        yield server


class Heard:
    """What the witness wrote down, in beats of the clock."""

    def __init__(self, witness: Witness) -> None:
        self.clocks = witness.frames("clock", CLOCK)
        self.notes = [
            (one.frame, one.data[1]) for one in witness.heard("drums") if one.data[0] == ON
        ]

    def after(self, frame: int, note: int | None = None) -> list[int]:
        """Frames of note-ons at or after a frame, of one note or of all."""
        return [at for at, number in self.notes if at >= frame and note in (None, number)]

    def clocks_from(self, frame: int) -> list[int]:
        return self.clocks[bisect.bisect_left(self.clocks, frame) :]


def assert_stands_on(frames: list[int], wanted: list[int]) -> None:
    """Each wanted moment has exactly one note near it, and there are no others."""
    assert len(frames) == len(wanted), f"{len(frames)} notes for {len(wanted)} places"
    off = [abs(frame - place) for frame, place in zip(frames, wanted, strict=True)]
    assert max(off) <= FAR, f"{max(off) / RATE * 1000:.1f} ms off"
    assert statistics.median(off) <= CLOSE, f"{statistics.median(off) / RATE * 1000:.1f} ms off"


def bar_lines(clocks: list[int], first: int = 0) -> list[int]:
    """The clock messages on bar lines, `first` being the number of the one before them all."""
    return clocks[first::96]


@pytest.mark.parametrize("bpm", [90.0, 174.0])
def test_downbeats_stand_on_the_bar_lines_of_the_clock(
    jack: JackServer, tmp_path: Path, bpm: float
) -> None:
    with (
        ClockMaster(jack, bpm) as master,
        Drumigen(tmp_path, jack.env, clock="midi", **pulse(tmp_path)) as drummer,
    ):
        jack.connect(CLOCK_PORT, IN)
        with Witness(jack, clock=CLOCK_PORT, drums=OUT) as witness:
            drummer.wait_for("stopped")
            master.play()
            drummer.wait_for("Pulse", 20.0, count=5)
            master.stop()
            drummer.wait_for("stopped", count=2)
            heard = Heard(witness)
            lines = bar_lines(heard.clocks)
            crashes = heard.after(0, CRASH)
            assert_stands_on(crashes, lines[: len(crashes)])
            assert len(crashes) >= 5
            assert heard.notes[0][0] >= heard.clocks[0]
            stopped = witness.wait_for("clock", b"\xfc").frame
            assert not heard.after(stopped + int(CLOSE))
            ons = [one.data[1] for one in witness.heard("drums") if one.data[0] == ON]
            offs = [one.data[1] for one in witness.heard("drums") if one.data[0] == OFF]
            assert sorted(ons) == sorted(offs)


def test_hits_stand_on_the_grid_through_a_tempo_change(jack: JackServer, tmp_path: Path) -> None:
    with (
        ClockMaster(jack, 110.0) as master,
        Drumigen(
            tmp_path,
            jack.env,
            clock="midi",
            style="house",
            controls={"humanize": 0, "swing": 50},
        ) as drummer,
    ):
        jack.connect(CLOCK_PORT, IN)
        with Witness(jack, clock=CLOCK_PORT, drums=OUT) as witness:
            drummer.wait_for("drummer  ready", 30.0)
            master.play()
            drummer.wait_for("House", 20.0, count=3)
            master.tempo(140.0)
            drummer.wait_for("House", 20.0, count=6)
            master.stop()
            drummer.wait_for("stopped", count=2)
            heard = Heard(witness)
            assert drummer.said("model")
            assert len(heard.notes) > 40
            # Straight sixteenths, triplets and 32nds stand on clock messages or between two.
            off = [min(abs(at - c) for c in near(heard.clocks, at)) for at, _ in heard.notes]
            assert max(off) <= FAR
            assert statistics.median(off) <= CLOSE / 2


def near(clocks: list[int], frame: int) -> list[int]:
    """The clock messages about a frame."""
    i = bisect.bisect_left(clocks, frame)
    return clocks[max(0, i - 1) : i + 1]


def test_continue_comes_in_on_the_right_beat_of_the_right_bar(
    jack: JackServer, tmp_path: Path
) -> None:
    with (
        ClockMaster(jack, 120.0, resync_seconds=1.0) as master,
        Drumigen(tmp_path, jack.env, clock="midi", **pulse(tmp_path)) as drummer,
    ):
        jack.connect(CLOCK_PORT, IN)
        with Witness(jack, clock=CLOCK_PORT, drums=OUT) as witness:
            drummer.wait_for("stopped")
            master.play()
            witness.wait_for("clock", START)
            master.stop()  # jack_midi_clock announces positions only after it has rolled once
            drummer.wait_for("stopped", count=2)
            master.locate(18.0)  # bar 5, beat 3
            witness.clear()
            master.play()
            continued = witness.wait_for("clock", CONTINUE, 10.0).frame
            position = position_before(witness, continued)
            drummer.wait_for("Pulse", 20.0, count=4)
            master.stop()
            drummer.wait_for("stopped", count=3)
            heard = Heard(witness)
            clocks = heard.clocks_from(continued)
            to_bar_line = -(position * 6) % 96
            crashes = heard.after(continued, CRASH)
            assert_stands_on(crashes, bar_lines(clocks, to_bar_line)[: len(crashes)])
            assert len(crashes) >= 3
            assert heard.notes[0][0] >= continued - CLOSE


def position_before(witness: Witness, frame: int) -> int:
    """The last song position announced before a frame, in sixteenths."""
    pointers = [one for one in witness.heard("clock") if one.data[0] == 0xF2 and one.frame <= frame]
    return pointers[-1].data[1] | pointers[-1].data[2] << 7


def test_relocating_while_rolling_moves_the_bar_lines(jack: JackServer, tmp_path: Path) -> None:
    with (
        ClockMaster(jack, 150.0, resync_seconds=0.5) as master,
        Drumigen(tmp_path, jack.env, clock="midi", **pulse(tmp_path)) as drummer,
    ):
        jack.connect(CLOCK_PORT, IN)
        with Witness(jack, clock=CLOCK_PORT, drums=OUT) as witness:
            drummer.wait_for("stopped")
            master.play()
            witness.wait_for("clock", START)
            drummer.wait_for("Pulse", 20.0, count=2)
            master.locate(41.0)
            continued = witness.wait_for("clock", CONTINUE, 10.0).frame
            position = position_before(witness, continued)
            drummer.wait_for("Pulse", 20.0, count=5)
            master.stop()
            drummer.wait_for("stopped", count=3)
            heard = Heard(witness)
            clocks = heard.clocks_from(continued)
            crashes = heard.after(continued, CRASH)
            assert_stands_on(crashes, bar_lines(clocks, -(position * 6) % 96)[: len(crashes)])
            assert len(crashes) >= 2
