"""Takes from end to end: played again into a real port; kept although the disk refuses."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from engine.takes.take import Begun, Played
from live.takes.header import TakeHeader
from live.takes.reader import read_take
from live.takes.writer import TakeWriter
from tests.live.drumigen import Drumigen, built
from tests.rig import JackServer, Witness, end, start, wait_until

pytestmark = [pytest.mark.jack, pytest.mark.stage]

ON = 0x99


def take(folder: Path) -> list[tuple[int, int]]:
    """A take of two bars at 180 BPM with a pause of an hour; its strokes."""
    writer = TakeWriter(folder, "2026", TakeHeader("2026-11-21", kit={"kick": 36, "snare": 38}))
    for number, at in ((0, 0.0), (1, 3600.0)):
        notes = [
            Played(number, n * 240.0 + 3.0, n * 240, 36 + n % 2 * 2, 60 + n, at, 180.0)
            for n in range(8)
        ]
        writer.write([Begun(number, number * 1920, at, 180.0, "funk"), *notes])
    writer.close()
    bars = read_take(folder / "2026.jsonl").bars
    return [(note.note, note.velocity) for bar in bars for note in bar.notes]


def test_a_take_is_played_again_note_for_note(tmp_path: Path) -> None:
    strokes = take(tmp_path)
    config = tmp_path / "p.yaml"
    page = {"takes": {"folder": str(tmp_path)}, "midi": {"outputs": ["witness"]}}
    config.write_text(yaml.safe_dump(page))
    command = (sys.executable, "-m", "drumigen", "replay", "--config", str(config))

    def build(stack: ExitStack) -> list[tuple[int, int]]:
        # Ports come and go: asynchronous; nobody misses so long a period, and loses notes with it.
        jack = stack.enter_context(JackServer(period=2048, synchronous=False))
        witness = stack.enter_context(Witness(jack, drums=None))
        process = start(*command, env=jack.env, stdout=subprocess.PIPE)
        try:
            said, _ = process.communicate(timeout=30.0)
        finally:
            end(process)
            process.stdout.close()
        assert "JACK" in said and said.count("funk") == 2
        return [tuple(one.data[1:]) for one in witness.heard("drums") if one.data[0] == ON]  # type: ignore[misc]

    with ExitStack() as opened:
        assert built(opened, build) == strokes


def test_a_disk_that_refuses_is_said_and_the_take_is_there_when_it_does_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "takes").write_text("in the way")
    with Drumigen(tmp_path, clock="internal", play=True, bpm=200) as drummer:
        drummer.wait_for("the take cannot be written", 20.0)
        drummer.wait_for("Funk", 20.0, count=4)
        (tmp_path / "takes").unlink()
        drummer.wait_for("the take is written again", 20.0)
        drummer.wait_for("Funk", 20.0, count=8)
        assert drummer.terminate() == 0
    wait_until((tmp_path / "takes").is_dir, "the take")
    (path,) = (tmp_path / "takes").glob("*.jsonl")
    reading = read_take(path)
    assert (reading.bars[0].begun.number, reading.damaged) == (0, 0)
    assert len(reading.bars) >= 8
