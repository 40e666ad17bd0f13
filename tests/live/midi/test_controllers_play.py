"""Controllers over JACK drive `drumigen live`: each is a process of its own with its own ports."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from drumigen.lists import control_rows
from engine.controls.control import Control, Kind
from mappings.bindings import Binding, Message
from mappings.controllers import load_controller
from tests.live.drumigen import IN, OUT, Drumigen, built
from tests.rig import JackServer, Witness, end, start, wait_until
from tests.styles import CONTROLS

pytestmark = [pytest.mark.jack, pytest.mark.stage]

SHOWN = [row for row in CONTROLS.values() if row.kind is not Kind.TRIGGER][:119]
KICK, ON = 36, 0x99
Table = tuple[Drumigen, JackServer, Witness]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Callable[..., Table]]:
    """A drummer, and a mirror: a surface that shows every control, by CC in the table's order."""
    mirror = {
        "name": "Mirror",
        "feedback": "all",
        "channel": 16,
        "cc": {number: row.name for number, row in enumerate(SHOWN)},
    }
    (tmp_path / "mirror.yaml").write_text(yaml.safe_dump(mirror), encoding="utf-8")
    with ExitStack() as open_now:

        def opened(client: str, **config: object) -> Table:
            def build(stack: ExitStack) -> Table:
                jack = stack.enter_context(JackServer(period=512, synchronous=False))
                stack.enter_context(shown := Witness(jack, "Mirror", values=None))
                surface = stack.enter_context(Witness(jack, client, lights=None, drums=None))
                ports = {"ports": {"Mirror": str(tmp_path / "mirror.yaml")}}
                ports["folder"] = str(tmp_path / "maps")  # type: ignore[assignment]
                drummer = Drumigen(tmp_path, jack.env, controllers=ports, **config)
                stack.enter_context(drummer)
                drummer.mirror = shown  # type: ignore[attr-defined]
                drummer.wait_for("controllers: ")
                shown.wait_for("values", bytes((0xBF, len(SHOWN) - 1)), 10.0)
                return drummer, jack, surface

            return built(open_now, build)

        yield opened


def seen(drummer: Drumigen, control: Control) -> int | None:
    """What the mirror shows of a control now."""
    number = SHOWN.index(control)
    told = drummer.mirror.frames("values", bytes((0xBF, number)))  # type: ignore[attr-defined]
    last = [one for one in drummer.mirror.heard("values") if one.data[1] == number]  # type: ignore[attr-defined]
    return last[-1].data[2] if told else None


def shown_as(control: Control, value: int) -> int:
    """What a surface shows after a knob was turned to a value 0..127."""
    return round(control.to_unit(control.from_unit(value / 127)) * 127)


def sweep(surface: Witness, binding: Binding, value: int) -> None:
    """Turn a knob from end to end, so that pick-up has it, and then to a value."""
    status = 0xB0 + (binding.source.channel or 1) - 1
    for to in (0, 127, value):
        surface.say(bytes((status, binding.source.number, to)))


def press(surface: Witness, binding: Binding) -> None:
    channel = (binding.source.channel or 1) - 1
    kind = 0x90 if binding.source.kind is Message.NOTE else 0xB0
    surface.say(bytes((kind + channel, binding.source.number, 127)))
    surface.say(bytes((kind + channel, binding.source.number, 0)))


def drive(drummer: Drumigen, surface: Witness, name: str) -> int:
    """Move everything of a map that has a value, and see it; how many there were."""
    bindings = [
        one
        for one in load_controller(name, CONTROLS).bindings
        if one.control in SHOWN and one.source.kind is not Message.PROGRAM
    ]
    wanted: dict[str, tuple[Control, int]] = {}
    for i, one in enumerate(bindings):
        control = one.control
        if one.is_button and one.mode.value == "toggle":
            press(surface, one)
            wanted[control.name] = (control, 127)
        else:
            value = (17 + 31 * i) % 128
            sweep(surface, one, value)
            wanted[control.name] = (control, shown_as(control, value))

    def wrong() -> list[tuple[str, int, int | None]]:
        return [
            (c.name, value, seen(drummer, c))
            for c, value in wanted.values()
            if seen(drummer, c) != value
        ]

    deadline = time.monotonic() + 10.0
    while wrong() and time.monotonic() < deadline:
        time.sleep(1.0)
        lost = {name for name, *_ in wrong()}  # now and then JACK's dummy driver loses messages
        for i, one in enumerate(bindings):
            if one.control.name in lost and one.mode.value != "toggle":
                sweep(surface, one, (17 + 31 * i) % 128)
    assert not wrong()
    return len(wanted)


def test_every_control_of_the_generic_map_is_moved_from_our_own_port(
    hall: Callable[..., Table],
) -> None:
    drummer, jack, surface = hall("Some Knobs", clock="midi")
    jack.connect("Some Knobs:mouth", IN)
    numbered = {row[0].strip("`") for row in control_rows() if row[1].isdigit()}
    assert drive(drummer, surface, "generic") == sum(row.name in numbered for row in SHOWN) > 50
    surface.say(bytes((0xC0, 3)))
    style = CONTROLS["style"]
    wait_until(
        lambda: seen(drummer, style) == round(style.to_unit(style.choices[3]) * 127), "style"
    )


def test_a_launch_control_xl_is_known_by_its_name_drives_its_map_and_lights_up(
    hall: Callable[..., Table],
) -> None:
    drummer, _, surface = hall("Launch Control XL", clock="midi")
    surface.wait_for("lights", bytes((0x98, 41, 12)))
    assert drive(drummer, surface, "launch_control_xl") > 15
    surface.wait_for("lights", bytes((0x98, 41, 60)))
    told = [one.data for one in surface.heard("lights")]
    # Knobs have no lights there; of the arrows, which send CCs, one is a switch: record.
    assert {message[:2] for message in told if message[0] != 0x98} <= {bytes((0xB8, 107))}
    assert not drummer.said("fault")


def test_a_mute_on_a_controller_is_heard_and_survives_its_cable(hall: Callable[..., Table]) -> None:
    drummer, jack, surface = hall("Launch Control XL", clock="internal", bpm=160, style="house")
    jack.connect(OUT, "Launch Control XL:drums")
    kick = bytes((ON, KICK))
    surface.wait_for("drums", kick, 20.0)
    button = next(
        one
        for one in load_controller("launch_control_xl", CONTROLS).bindings
        if one.control.name == "mute_kick"
    )
    press(surface, button)
    surface.wait_for("lights", bytes((0x98, 41, 60)))
    muted = len(surface.frames("drums", kick))
    surface.wait_for(
        "drums", bytes((ON,)), 10.0, count=len(surface.frames("drums", bytes((ON,)))) + 20
    )
    assert len(surface.frames("drums", kick)) == muted
    surface.__exit__(None, None, None)  # the cable is pulled
    drummer.wait_for("has vanished", 10.0)
    with Witness(jack, "Launch Control XL", lights=None, drums=OUT) as again:
        again.wait_for("lights", bytes((0x98, 41, 60)), 10.0)  # it is shown how things are
        press(again, button)
        again.wait_for("drums", kick, 10.0)


def test_a_knob_is_learned_by_the_command_and_used_in_the_next_performance(
    hall: Callable[..., Table], tmp_path: Path
) -> None:
    drummer, jack, surface = hall("X-TOUCH MINI", clock="midi")
    command = (
        sys.executable,
        "-m",
        "drumigen",
        "learn",
        "density",
        "--config",
        str(drummer.config),
    )
    said = tmp_path / "said"
    with said.open("w") as out:
        learner = start(*command, env=jack.env, stdout=out)
        try:
            wait_until(lambda: "move a knob" in said.read_text(), "the question", 20.0)
            deadline = time.monotonic() + 20.0
            while "saved in" not in said.read_text() and time.monotonic() < deadline:
                for value in (10, 20, 30):
                    surface.say(bytes((0xB4, 77, value)))
                time.sleep(0.6)
            learner.wait(10.0)
        finally:
            end(learner)
    assert "density: CC 77 on channel 5 of X-TOUCH MINI" in said.read_text()
    made = tmp_path / "maps" / "x_touch_mini.yaml"
    assert "77@5: density" in made.read_text(encoding="utf-8")
    found = load_controller(made, CONTROLS)
    assert found.fits("X-TOUCH MINI:mouth") and found.bindings[0].control is CONTROLS["density"]
