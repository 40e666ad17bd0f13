"""A performance that is killed: which notes were played, and which the take still has."""

import multiprocessing
import os
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from engine.takes.take import Begun, Played
from live.config import Clips
from live.takes.folder import found
from live.takes.header import TakeHeader
from live.takes.reader import read_take
from live.takes.spec import TakesSpec
from live.takes.supervisor import TakesSupervisor
from tests.rig import wait_until

WHOM = ("conductor", "takes", "both")
NOTES = 4  # a bar
STEP = 0.002  # seconds from note to note: as dense as four drummers


@dataclass(frozen=True, slots=True)
class Outcome:
    """`lost` seconds of playing that no take has; `unreadable` takes or lines beyond the last."""

    lost: float
    unreadable: int
    notes: int


def _perform(folder: str, pipe: Connection) -> None:
    """A conductor that plays a note every two milliseconds and tells of each bar."""
    spec = TakesSpec(
        TakeHeader("2026-11-21T20:15:00+01:00"), folder, clips=Clips(live=False, files=())
    )
    takes = TakesSupervisor(spec, lambda _kind, _text: None)
    takes.open()
    number = 0
    while True:
        takes.keep(Begun(number, number * 1920, number * 2.0, 120.0, "funk", "model"))
        for beat in range(NOTES):
            takes.keep(Played(number, beat * 480.0, beat * 480, 36, 100, 0.0, 120.0))
            time.sleep(STEP)
        pipe.send((number, time.monotonic(), takes.pid))
        number += 1


def killed(folder: Path, seed: int) -> Outcome:
    """Play, kill somebody at a moment that the seed says, look at what is on the disk."""
    dice, whom = Random(seed), WHOM[seed % len(WHOM)]
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    conductor = context.Process(target=_perform, args=(str(folder), theirs))
    conductor.start()
    theirs.close()
    assert conductor.pid is not None
    told: list[tuple[int, float, int]] = []
    try:
        wait_until(lambda: bool(found(folder)), "a take", 30.0)
        time.sleep(dice.uniform(0.0, 1.0))
        while not told or ours.poll():
            told.append(ours.recv())
        pids = {"conductor": [conductor.pid], "takes": [told[-1][2]]}
        pids["both"] = pids["takes"] + pids["conductor"]
        at = time.monotonic()
        for pid in pids[whom]:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.4 if whom != "takes" else 0.6)  # the other one hears of it
    finally:
        conductor.kill()
        conductor.join()
        ours.close()
    return _outcome(folder, [(number, when) for number, when, _ in told if when <= at], at)


def _outcome(folder: Path, told: list[tuple[int, float]], at: float) -> Outcome:
    wait_until(lambda: _quiet(folder), "the end of the takes' process")
    readings = [read_take(path) for path in found(folder)]
    there = {bar.begun.number for reading in readings for bar in reading.bars}
    missing = [when for number, when in told if number not in there]
    notes = sum(len(bar.notes) for reading in readings for bar in reading.bars)
    torn = sum(max(0, reading.damaged - 1) for reading in readings)
    return Outcome(at - min(missing) if missing else 0.0, torn, notes)


def _quiet(folder: Path) -> bool:
    """Nobody adds to the takes any more."""
    sizes = [path.stat().st_size for path in found(folder)]
    time.sleep(0.25)
    return sizes == [path.stat().st_size for path in found(folder)]
