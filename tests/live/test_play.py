"""The drummer on foreign software: a JACK server, jack_midi_clock as master, a witness.

A clock message has the time of its frame, and a note is put at the frame that it is meant for: the
median of a performance must stay under CLOSE. On a busy machine JACK itself misses periods now and
then; a single note may be FAR off, which is still far less than the sixteenth that a wrong place
would be.
"""

import bisect
import itertools
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.live.drumigen import IN, OUT, Drumigen, built, pulse
from tests.rig import (
    CLOCK,
    CLOCK_PORT,
    CONTINUE,
    START,
    ClockMaster,
    JackServer,
    Witness,
    wait_until,
)

pytestmark = [pytest.mark.jack, pytest.mark.stage]

RATE = 48000
CLOSE = 0.012 * RATE  # frames
FAR = 0.035 * RATE
CRASH, KICK = 49, 36
ON, OFF = 0x99, 0x89

Hall = tuple[ClockMaster, Drumigen, Witness]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Callable[..., Hall]]:
    """Opens a hall: master, drummer and witness connected, tried out, and stopped at the top."""
    with ExitStack() as open_now:

        def opened(bpm: float, resync: float = 0.5, **config: object) -> Hall:
            def build(stack: ExitStack) -> Hall:
                jack = stack.enter_context(JackServer(period=256))
                master = stack.enter_context(ClockMaster(jack, bpm, resync_seconds=resync))
                drummer = Drumigen(tmp_path, jack.env, clock="midi", **config)
                stack.enter_context(drummer)
                jack.connect(CLOCK_PORT, IN)
                ears = Witness(jack, clock=CLOCK_PORT, drums=OUT)
                witness = stack.enter_context(ears)
                drummer.wait_for("ready", 30.0)
                master.play()
                witness.wait_for("clock", CLOCK, count=24)
                drummer.wait_for("playing")
                master.stop()
                drummer.wait_for("stopped", count=2)
                master.locate(0.0)
                witness.wait_for("clock", b"\xf2\0\0")  # it is there: the next play is a Start
                witness.clear()
                drummer.lines.clear()
                return master, drummer, witness

            return built(open_now, build)

        yield opened


class Heard:
    """What the witness wrote down, in beats of the clock."""

    def __init__(self, witness: Witness) -> None:
        self.clocks = whole(witness.frames("clock", CLOCK))
        self.notes = [
            (one.frame, one.data[1]) for one in witness.heard("drums") if one.data[0] == ON
        ]

    def after(self, frame: int, note: int | None = None) -> list[int]:
        """Frames of note-ons at or after a frame, of one note or of all."""
        return [at for at, number in self.notes if at >= frame and note in (None, number)]

    def clocks_from(self, frame: int) -> list[int]:
        return self.clocks[bisect.bisect_left(self.clocks, frame) :]


def whole(clocks: list[int]) -> list[int]:
    """The clock messages with those that the witness missed, evenly between their neighbours."""
    interval = statistics.median(b - a for a, b in itertools.pairwise(clocks))
    found = clocks[:1]
    for before, after in itertools.pairwise(clocks):
        parts = min(4, max(1, round((after - before) / interval)))
        found += [before + (after - before) * part // parts for part in range(1, parts + 1)]
    return found


def assert_stands_on(frames: list[int], wanted: list[int]) -> None:
    """Each wanted moment has exactly one note near it, and there are no others."""
    assert len(frames) == len(wanted), f"{len(frames)} notes for {len(wanted)} places"
    off = [abs(frame - place) for frame, place in zip(frames, wanted, strict=True)]
    assert max(off) <= FAR, f"{max(off) / RATE * 1000:.1f} ms off"
    assert statistics.median(off) <= CLOSE, f"{statistics.median(off) / RATE * 1000:.1f} ms off"


def well_into_the_bar(witness: Witness) -> None:
    """A bar is said as it begins: were the clock stopped then, its line would never come."""
    into = len(witness.frames("clock", CLOCK)) + 6
    witness.wait_for("clock", CLOCK, 30.0, count=into)


def bar_lines(clocks: list[int], first: int = 0) -> list[int]:
    """The clock messages on bar lines, `first` being the number of the one before them all."""
    return clocks[first::96]


@pytest.mark.parametrize("bpm", [90.0, 174.0])
def test_downbeats_stand_on_the_bar_lines_of_the_clock(
    hall: Callable[..., Hall], tmp_path: Path, bpm: float
) -> None:
    master, drummer, witness = hall(bpm, **pulse(tmp_path))
    master.play()
    drummer.wait_for("Pulse", 30.0, count=5)
    well_into_the_bar(witness)
    master.stop()
    drummer.wait_for("stopped")
    heard = Heard(witness)
    crashes = heard.after(0, CRASH)
    assert_stands_on(crashes, bar_lines(heard.clocks)[: len(crashes)])
    assert len(crashes) >= 5
    assert heard.notes[0][0] >= heard.clocks[0] - CLOSE  # the first clock is the first downbeat
    assert not heard.after(witness.wait_for("clock", b"\xfc").frame + int(CLOSE))

    def notes(status: int) -> list[int]:
        return sorted(one.data[1] for one in witness.heard("drums") if one.data[0] == status)

    # The last crash was let go at the stop; the witness may hear of it a moment later.
    wait_until(lambda: notes(ON) == notes(OFF), "a note-off for every note-on", 2.0)


def test_hits_stand_on_the_grid_through_a_tempo_change(hall: Callable[..., Hall]) -> None:
    master, drummer, witness = hall(110.0, style="house", controls={"humanize": 0, "swing": 50})
    master.play()
    drummer.wait_for("House", 30.0, count=3)
    master.tempo(140.0)
    drummer.wait_for("House", 30.0, count=6)
    master.stop()
    drummer.wait_for("stopped")
    heard = Heard(witness)
    assert drummer.said("by the trained drummer")
    assert len(heard.notes) > 40
    # Straight sixteenths, triplets and 32nds stand on clock messages.
    off = [min(abs(at - c) for c in near(heard.clocks, at)) for at, _ in heard.notes]
    assert max(off) <= FAR
    assert statistics.median(off) <= CLOSE / 2


def near(clocks: list[int], frame: int) -> list[int]:
    """The clock messages about a frame."""
    i = bisect.bisect_left(clocks, frame)
    return clocks[max(0, i - 1) : i + 1]


def test_continue_comes_in_on_the_right_beat_of_the_right_bar(
    hall: Callable[..., Hall], tmp_path: Path
) -> None:
    master, drummer, witness = hall(120.0, **pulse(tmp_path))
    master.locate(18.0)  # bar 5, beat 3
    witness.wait_for("clock", b"\xf2")
    master.play()
    assert_bars_after_continue(master, drummer, witness, 4)
    assert Heard(witness).notes[0][0] >= witness.frames("clock", CONTINUE)[0] - CLOSE


def test_relocating_while_rolling_moves_the_bar_lines(
    hall: Callable[..., Hall], tmp_path: Path
) -> None:
    master, drummer, witness = hall(150.0, **pulse(tmp_path))
    master.play()
    witness.wait_for("clock", START, 30.0)
    drummer.wait_for("Pulse", 30.0, count=2)
    master.locate(41.0)
    assert_bars_after_continue(master, drummer, witness, 5)


def assert_bars_after_continue(
    master: ClockMaster, drummer: Drumigen, witness: Witness, bars: int
) -> None:
    """From Continue on the crashes stand where the announced position has bar lines."""
    continued = witness.wait_for("clock", CONTINUE, 30.0).frame
    position = position_before(witness, continued)
    drummer.wait_for("Pulse", 30.0, count=bars)
    well_into_the_bar(witness)
    stops = len(drummer.said("stopped"))
    master.stop()
    drummer.wait_for("stopped", 30.0, count=stops + 1)
    heard = Heard(witness)
    crashes = heard.after(continued - int(CLOSE), CRASH)
    lines = bar_lines(heard.clocks_from(continued), -(position * 6) % 96)
    assert_stands_on(crashes, lines[: len(crashes)])
    assert len(crashes) >= 2


def position_before(witness: Witness, frame: int) -> int:
    """The last song position announced before a frame, in sixteenths."""
    pointers = [one for one in witness.heard("clock") if one.data[0] == 0xF2 and one.frame <= frame]
    return pointers[-1].data[1] | pointers[-1].data[2] << 7
