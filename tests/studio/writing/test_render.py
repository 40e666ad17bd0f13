"""`drumigen render`: the engine with invented time, into a file."""

from pathlib import Path

import mido
import pytest

from engine.bars.request import Request
from engine.score.grid import METERS
from engine.score.notes import Bar, Hit, Voice
from live.config import Config
from live.loaded_config import open_config
from model.midi_files.drum_file import DIVISION
from studio.writing.render import render

FOUR = tuple(Hit(beat * 480, Voice.KICK, 100) for beat in range(4))


def four_on_the_floor(request: Request) -> Bar:
    return Bar(FOUR, source="model", style=request.style, felt=True)


def nobody(_request: Request) -> None:
    return None


def setup(**named: object) -> object:
    return open_config(Config(**named)).setup  # type: ignore[arg-type]


def played(data: bytes, folder: Path) -> list[tuple[int, int]]:
    """(tick of 480 a beat, note) of every note-on of a file's bytes."""
    path = folder / "a.mid"
    path.write_bytes(data)
    now, found = 0, []
    for message in mido.MidiFile(path).tracks[0]:
        now += message.time
        if message.type == "note_on":
            found.append((now * 480 // DIVISION, message.note))
    return found


@pytest.mark.long
def test_what_the_drummer_composes_is_what_the_file_holds(tmp_path: Path) -> None:
    done = render(setup(style="house", controls={"variation": 1}), 2, four_on_the_floor)  # type: ignore[arg-type]
    assert played(done.data, tmp_path) == [(beat * 480, 36) for beat in range(8)]
    assert [bar.source for bar in done.bars] == ["model", "model"]


@pytest.mark.long
@pytest.mark.parametrize("compose", [four_on_the_floor, nobody])
def test_the_same_arguments_write_the_same_bytes(compose: object) -> None:
    first, second = (render(setup(seed=3), 16, compose).data for _ in range(2))  # type: ignore[arg-type]
    assert first == second


@pytest.mark.long
def test_another_seed_writes_other_bytes() -> None:
    assert render(setup(seed=1), 16, nobody).data != render(setup(seed=2), 16, nobody).data  # type: ignore[arg-type]


@pytest.mark.long
@pytest.mark.parametrize("meter", sorted(METERS))
def test_every_meter_fills_its_bars_and_ends_on_the_bar_line(tmp_path: Path, meter: str) -> None:
    done = render(setup(meter=meter, style="jazz"), 4, nobody)  # type: ignore[arg-type]
    path = tmp_path / "a.mid"
    path.write_bytes(done.data)
    track = mido.MidiFile(path).tracks[0]
    assert sum(message.time for message in track) == 4 * METERS[meter].bar_ticks * DIVISION // 480
    assert len(done.bars) == 4
    assert all(bar.hits and bar.meter == METERS[meter] for bar in done.bars)
