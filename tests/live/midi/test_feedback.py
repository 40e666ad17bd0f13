"""Surfaces show what the controls do, and never talk each other into it."""

import heapq
import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.controls.control import Kind
from engine.controls.table import table
from engine.playing.events import Turned
from live.midi.feedback import BURST, ECHO, HOLD, RATE, TOUCH
from live.midi.surfaces import Surfaces
from mappings.bindings import Binding, Message, MidiSource, Mode, possible_modes
from mappings.controller_map import Map, Maps
from mappings.takeover import Takeover
from tests.live.midi.test_surfaces import Desk, mapped

TABLE = table(("boom_bap", "funk", "jazz"))


class Stand:
    """Surfaces whose ports A and B are there, and a clock that is told."""

    def __init__(self, *maps: Map, ports: tuple[str, ...] = ("A", "B")) -> None:
        self.desk = Desk(TABLE, {name: row.default for name, row in TABLE.items()})
        self.surfaces = Surfaces(Maps(maps[0], maps), self.desk)
        self.surfaces.outputs(ports)

    def take(self, event: object) -> None:
        if isinstance(event, Turned) and TABLE[event.control].kind is not Kind.TRIGGER:
            self.desk.values[event.control] = TABLE[event.control].check(event.value)

    def hear(self, message: bytes, port: str, now: float) -> None:
        self.take(self.surfaces.hear(message, port, now))

    def tell(self, now: float, look: bool = True) -> list[tuple[str, bytes]]:
        for event in self.surfaces.late(now):
            self.take(event)
        if look:
            self.surfaces.feedback.look()
        return self.surfaces.tell(now)


def one(folder: Path, name: str, text: str) -> Map:
    made = mapped(folder, text)
    return replace(made, name=name, ports=(name,))


def fresh(*maps: Map) -> Stand:
    """A stand whose surfaces have been told how things are."""
    stand = Stand(*maps)
    for now in range(-100, -90):
        stand.tell(float(now))
    return stand


def test_a_surface_that_comes_is_told_everything_that_it_can_show(tmp_path: Path) -> None:
    a = one(tmp_path, "A", "feedback: all\ncc: {1: density, 2: fill, 3: loop}\nnotes: {9: undo}")
    assert Stand(a).tell(0.0) == [("A", b"\xb0\x01\x40"), ("A", b"\xb0\x03\x00")]


def test_faders_rings_and_lights_follow_a_change(tmp_path: Path) -> None:
    a = one(
        tmp_path,
        "A",
        """feedback: all
lights: {dark: 12, lit: 60}
channel: 9
cc: {1: density, 2: {control: swing, mode: signed_bit}, 3: {control: time, mode: toggle}}
cc14: {4: push}
notes: {40: loop, 41: {control: style, value: jazz}}
""",
    )
    stand = fresh(a)
    stand.desk.values |= {
        "density": 1.0, "swing": 62.5, "time": "half", "push": 40.0, "loop": 1.0, "style": "jazz",
    }  # fmt: skip
    assert stand.tell(0.0) == [
        ("A", bytes(message))
        for message in (
            (0xB8, 1, 127), (0xB8, 2, 64), (0xB8, 3, 60), (0xB8, 4, 127), (0xB8, 36, 127),
            (0x98, 40, 60), (0x98, 41, 60),
        )
    ]  # fmt: skip
    assert stand.tell(0.1) == []


def test_buttons_alone_are_told_where_only_they_can_show(tmp_path: Path) -> None:
    a = one(tmp_path, "A", "feedback: buttons\ncc: {1: density, 3: loop}")
    stand = fresh(a)
    stand.desk.values |= {"density": 1.0, "loop": 1.0}
    assert stand.tell(0.0) == [("A", b"\xb0\x03\x7f")]


def test_a_surface_without_feedback_is_told_nothing(tmp_path: Path) -> None:
    assert Stand(one(tmp_path, "A", "cc: {1: density}")).tell(0.0) == []


def test_the_other_surface_follows_and_the_one_that_is_touched_is_left_alone(
    tmp_path: Path,
) -> None:
    a = one(tmp_path, "A", "feedback: all\ncc: {1: density}")
    b = one(tmp_path, "B", "feedback: all\ncc: {2: density}")
    stand = fresh(a, b)
    stand.hear(b"\xb0\x01\x50", "A", 0.0)
    assert stand.tell(0.0) == [("B", b"\xb0\x02\x50")]
    stand.desk.values["density"] = 0.0  # by OSC, against the hand
    assert stand.tell(0.1) == [("B", b"\xb0\x02\x00")]
    assert stand.tell(TOUCH + 0.01) == [("A", b"\xb0\x01\x00")]


def test_a_fader_that_was_let_go_is_not_told_where_it_stands(tmp_path: Path) -> None:
    stand = fresh(one(tmp_path, "A", "feedback: all\ncc: {1: density}"))
    stand.hear(b"\xb0\x01\x50", "A", 0.0)
    assert stand.tell(1.0) == []


def test_a_light_is_put_right_when_its_button_is_let_go(tmp_path: Path) -> None:
    stand = fresh(one(tmp_path, "A", "feedback: buttons\nbuttons: toggle\nnotes: {5: loop}"))
    stand.hear(b"\x90\x05\x7f", "A", 0.0)
    assert stand.tell(0.5) == []
    stand.hear(b"\x80\x05\x00", "A", 0.6)
    assert stand.tell(0.6) == [("A", b"\x90\x05\x7f")]
    stand.hear(b"\x90\x05\x7f", "A", 1.0)  # off, and never let go
    assert stand.tell(1.0 + HOLD) == [("A", b"\x90\x05\x00")]


def test_no_more_messages_leave_in_a_second_than_a_surface_may_get(tmp_path: Path) -> None:
    knobs = ", ".join(
        f"{i}: {row.name}"
        for i, row in enumerate(r for r in TABLE.values() if r.kind is not Kind.TRIGGER)
    )
    stand = Stand(one(tmp_path, "A", f"feedback: all\ncc: {{{knobs}}}"))
    sent = []
    for step in range(1000):
        for i, row in enumerate(TABLE.values()):
            stand.desk.values[row.name] = row.from_unit((step * 37 + i * 11) % 128 / 127)
        sent.append(len(stand.tell(step / 1000)))
    assert RATE * 0.9 < sum(sent) <= RATE + BURST + 1
    assert max(sent) <= BURST + 1


def test_what_had_to_wait_is_told_later(tmp_path: Path) -> None:
    knobs = ", ".join(f"{i}: mute_{v}" for i, v in enumerate(("kick", "snare", "percussion")))
    stand = Stand(one(tmp_path, "A", f"feedback: all\ncc: {{{knobs}}}"))
    now, told = 0.0, len(stand.tell(0.0))
    while stand.surfaces.deadline() < float("inf"):
        now = max(now, stand.surfaces.deadline())
        told += len(stand.tell(now, look=False))
    assert told == 3


def test_a_knob_moved_by_hand_to_where_it_was_shown_counts_a_bit_later(tmp_path: Path) -> None:
    a = one(tmp_path, "A", "feedback: all\ncc: {1: density}")
    b = one(tmp_path, "B", "cc: {1: density}")
    stand = fresh(a, b)
    stand.hear(b"\xb0\x01\x50", "B", 0.0)
    assert stand.tell(0.0) == [("A", b"\xb0\x01\x50")]
    stand.hear(b"\xb0\x01\x51", "B", 0.01)
    stand.hear(b"\xb0\x01\x50", "B", 0.02)
    stand.tell(0.02 + ECHO + 0.001)
    assert stand.desk.values["density"] == 0x50 / 127


SHOWN = [row for row in TABLE.values() if row.kind is not Kind.TRIGGER][:12] + [
    TABLE[name] for name in ("mute_kick", "lock_snare", "swing_grid", "tempo")
]


@st.composite
def entries(draw: st.DrawFn) -> list[Binding]:
    """A surface of three knobs, pads or pairs, of any kind."""
    made: list[Binding] = []
    for control in draw(st.lists(st.sampled_from(SHOWN), min_size=1, max_size=3, unique=True)):
        kind = draw(st.sampled_from([Message.CC, Message.CC14, Message.NOTE]))
        source = MidiSource(kind, draw(st.integers(0, 3)), 1)
        modes = possible_modes(source, control, None)
        continuous = kind is Message.NOTE and modes == (Mode.TOGGLE,) and not control.choices
        binding = Binding(source, control, draw(st.sampled_from(modes)))
        if not continuous and not any(binding.clashes(old) for old in made):
            made.append(binding)
    return made


TAKEOVERS = st.sampled_from(Takeover)


@pytest.mark.long
@settings(max_examples=150)
@given(
    entries(),
    entries(),
    TAKEOVERS,
    TAKEOVERS,
    st.lists(st.tuples(st.sampled_from(SHOWN), st.floats(0, 1)), min_size=1, max_size=4),
    st.floats(0.001, ECHO - 0.01),
    st.booleans(),
)
def test_feedback_never_goes_round_for_ever_between_two_surfaces_wired_to_each_other(
    first: list[Binding],
    second: list[Binding],
    take_a: Takeover,
    take_b: Takeover,
    turns: list[tuple[object, float]],
    latency: float,
    at_once: bool,
) -> None:
    maps = [
        Map(name, tuple(bindings), (name,), 1, takeover, feedback="all")
        for name, bindings, takeover in (("A", first, take_a), ("B", second, take_b))
    ]
    stand = Stand(*maps)
    order = itertools.count()
    wires: list[tuple[float, int, str, bytes]] = []
    now, sent, changes = 0.0, 0, list(turns)
    other = {"A": "B", "B": "A"}
    while now < 60.0:
        if changes and (at_once or not wires):
            control, place = changes.pop()
            stand.desk.values[control.name] = control.from_unit(place)  # type: ignore[attr-defined]
            stand.surfaces.feedback.look()
        for port, message in stand.tell(now, look=False):
            sent += 1
            heapq.heappush(wires, (now + latency, next(order), other[port], message))
        while wires and wires[0][0] <= now:
            _, _, port, message = heapq.heappop(wires)
            stand.hear(message, port, now)
            stand.surfaces.feedback.look()
        later = min(stand.surfaces.deadline(), wires[0][0] if wires else 1e9)
        if later == 1e9 and not changes:
            break
        now = max(now + 0.001, later if later < 1e9 else now)
    assert now < 20.0, "it goes on and on"
    assert sent <= 12 * (len(first) + len(second) + 2) * len(turns)


@pytest.mark.parametrize("mode", ["momentary", "toggle"])
def test_a_surface_wired_to_itself_comes_to_rest(tmp_path: Path, mode: str) -> None:
    stand = Stand(
        one(tmp_path, "A", f"feedback: all\ncc: {{1: {{control: loop, mode: {mode}}}, 2: density}}")
    )
    stand.desk.values["loop"] = 1.0
    now, sent = 0.0, 0
    while (at := max(now, stand.surfaces.deadline())) < 30.0:
        now = at + 0.001
        for _, message in stand.tell(now, look=False):
            sent += 1
            stand.hear(message, "A", now + 0.005)
            stand.surfaces.feedback.look()
    assert sent < 10
