"""`drumigen learn` ends by itself, whatever else is heard, and takes back what was learned."""

import queue
import time
from pathlib import Path

import pytest

from drumigen.command_line import main
from drumigen.lesson import _wait
from drumigen.midi_demand import demand_input
from engine.controls.table import table
from engine.errors import ConfigError
from live.config import Config
from live.midi.midi_learn import QUIET, Learner
from live.midi.port_status import PortStatus
from mappings.bindings import Binding, Message, MidiSource
from mappings.own_map import new_map, write_binding

TABLE = table(("funk",))
NOTHING = PortStatus("JACK", (), (), (), 0, "")


def waiting(learner: Learner, *messages: bytes, at: float) -> object:
    """What comes of some messages, after each of which a clock ticks on and on."""

    class Clocked(queue.Queue[tuple[float, bytes, str]]):
        def get(self, *_: object, **__: object) -> tuple[float, bytes, str]:
            return (at, left.pop(0), "nano") if left else (at, b"\xf8", "clock")

    left = list(messages)
    return _wait(learner, Clocked(), lambda: NOTHING)


def test_it_gives_up_though_a_clock_runs(capsys: pytest.CaptureFixture[str]) -> None:
    learner = Learner(TABLE, patience=0.0)
    learner.arm("density", 0.0)
    assert waiting(learner, at=0.0) is None
    assert "nothing was moved for density: no longer waiting" in capsys.readouterr().out


def test_a_knob_is_learned_though_a_clock_runs() -> None:
    learner = Learner(TABLE)
    learner.arm("density", time.perf_counter())
    found = waiting(learner, b"\xb0\x03\x05", at=time.perf_counter() - QUIET)
    assert found is not None


def test_without_midi_it_is_said_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drumigen.midi_demand.port_names", lambda: (None, [], []))
    monkeypatch.setattr("builtins.input", lambda _text: pytest.fail("asked"))
    assert main(["learn"]) == 2
    assert "learn: no MIDI system runs, so nothing could be heard; " in capsys.readouterr().err


def test_with_no_input_at_all_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drumigen.midi_demand.port_names", lambda: ("JACK", [], ["synth"]))
    assert demand_input("learn", Config(virtual=True)) == []
    with pytest.raises(ConfigError, match="JACK has no MIDI input; plug the controller in"):
        demand_input("learn", Config(virtual=False))


def test_an_unknown_control_is_refused_before_midi_is_looked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drumigen.midi_demand.port_names", lambda: pytest.fail("looked for"))
    assert main(["learn", "swing", "densty"]) == 2
    assert "'densty'" in capsys.readouterr().err


def test_undo_takes_back_what_was_learned_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"controllers: {{folder: {tmp_path / 'maps'}}}\n", encoding="utf-8")
    binding = Binding(MidiSource(Message.CC, 3, 1), TABLE["density"])
    path = write_binding(new_map("X-TOUCH"), binding, tmp_path / "maps", TABLE)
    assert main(["learn", "--undo", "--config", str(config)]) == 0
    assert capsys.readouterr().out == f"taken back in {path}\n"
    assert not path.exists()
    assert main(["learn", "--undo", "--config", str(config)]) != 0
    assert "nothing was learned that could be taken back" in capsys.readouterr().err
