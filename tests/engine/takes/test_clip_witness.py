"""A clip against a witness who knows when the master's clocks were: same notes, same places."""

import bisect
from random import Random

import pytest

from engine.score.notes import Hit, Voice
from engine.takes.clip import clip_of
from engine.takes.take import Keep, Taken
from tests.engine.stage import ON, Drummer, Master, Stage

DICE = Random(1)
HITS = tuple(
    Hit(tick, voice, DICE.randint(40, 120), DICE.randint(-20, 20))
    for tick in range(0, 1920, 120)
    for voice in ([Voice.CLOSED_HAT] if tick % 240 else [Voice.KICK])
)
MS = 1.0  # off at most
JUMP = 0.15  # BPM a clock; a tempo that moves faster is not known before the clock after


class Room:
    """A stage, its master, and the moments of his clock messages, counted as they come."""

    def __init__(self, **controls: float | str) -> None:
        swung: dict[str, float | str] = {"swing": 56.0, "swing_grid": "16", "push": -4.0}
        self.stage = Stage(Drummer(hits=HITS), controls=swung | controls)
        self.master = Master()
        self.clocks: list[float] = []
        self.steps: set[int] = {0, 1}  # clocks at which the tempo was not to be known
        self.stage.play(self.master.start())

    def beats(self, number: float, bpm: float | None = None) -> None:
        """The master goes on."""
        if bpm is not None and abs(bpm - self.master.bpm) > JUMP:
            self.steps |= {len(self.clocks), len(self.clocks) + 1}
        events = list(self.master.beats(number, bpm))
        self.clocks += [when for when, _ in events]
        self.stage.play(events)

    def jump(self, sixteenths: int) -> None:
        self.stage.play(self.master.goes_on(sixteenths))

    def stop(self, sixteenths: int) -> None:
        """Stop, wait, go on from a song position."""
        self.stage.play(self.master.stop())
        self.master.silence(1.0)
        self.steps |= {len(self.clocks) + at for at in (-1, 0, 1)}
        self.stage.play(self.master.goes_on(sixteenths))

    def beat(self, at: float) -> float:
        """How many beats of clock messages had come by a moment."""
        number = min(max(bisect.bisect_right(self.clocks, at) - 1, 0), len(self.clocks) - 2)
        before, after = self.clocks[number], self.clocks[number + 1]
        return (number + (at - before) / (after - before)) / 24

    def off(self, bar: Taken) -> list[float]:
        """How far each note of a bar is from where the witness heard it, ms."""
        line = min(range(len(self.clocks)), key=lambda n: abs(self.clocks[n] - bar.begun.at))
        return [
            abs(self.beat(note.at) - line / 24 - note.tick / 480) * 60_000 / note.bpm
            for note in bar.notes
            if int(self.beat(note.at) * 24) not in self.steps
        ]


def whole(room: Room) -> tuple[Taken, ...]:
    """Every whole bar, after the same notes were found in it as the witness heard."""
    stage = room.stage.until(room.master.now - 0.01)
    bars = stage.take.bars
    sent = [(s.at, s.message[1], s.message[2]) for s in stage.sent if s.message[0] == ON]
    told = [(n.at, n.note, n.velocity) for bar in bars for n in bar.notes]
    assert set(told) <= set(sent) and len(sent) - len(told) <= 1  # one is early for a bar to come
    return stage.take.kept(Keep(99, bars[-2].begun.number))


@pytest.mark.parametrize("bpm", [20.0, 60.0, 120.0, 174.0, 300.0])
def test_at_any_tempo(bpm: float) -> None:
    room = Room()
    room.beats(20, bpm)
    bars = whole(room)
    assert len(bars) == 4
    assert max(off for bar in bars for off in room.off(bar)) < MS


def test_through_a_tempo_that_rises_and_one_that_jumps() -> None:
    room = Room()
    for clock in range(16 * 24):
        room.beats(1 / 24, 120.0 + clock * 0.1)
    for bpm in (158.0, 90.0, 150.0):
        room.beats(8, bpm)
    bars = whole(room)
    assert len(bars) == 9
    offs = [off for bar in bars for off in room.off(bar)]
    assert len(offs) > 100 and max(offs) < MS


def test_through_loops_stops_and_continues() -> None:
    room = Room()
    room.beats(8, 126.0)
    for _ in range(3):
        room.jump(0)
        room.beats(8)
    room.beats(2)
    room.stop(16)
    room.beats(12)
    bars = whole(room)
    assert [bar.begun.start // 1920 for bar in bars] == [0, 1, 0, 1, 0, 1, 0, 1, 1, 2]
    offs = [off for bar in bars for off in room.off(bar)]
    assert len(offs) > 140 and max(offs) < MS


def test_the_clip_has_the_bars_in_a_row_with_early_hits_inside() -> None:
    room = Room()
    room.beats(24)
    bars = whole(room)
    clip = clip_of(bars)
    heard = [(room.beat(n.at) * 480, n.note, n.velocity) for bar in bars for n in bar.notes]
    assert len(clip.notes) == len(heard) == 16 * len(bars)
    inside = sorted((min(max(0.0, tick), clip.ticks - 1.0), note, v) for tick, note, v in heard)
    assert [note.velocity for note in clip.notes] == [velocity for _, _, velocity in inside]
    ticks = [note.tick for note in clip.notes]
    assert ticks == pytest.approx([tick for tick, _, _ in inside], abs=MS * 480 * 120 / 60_000)
