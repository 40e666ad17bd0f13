"""The TouchOSC layout read back: the program understands or tells each message in it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import py2tosc
import pytest

from engine.controls.control import Control, Kind
from engine.playing.events import Turned
from engine.playing.state import State
from live.osc.address_book import AddressBook
from mappings.osc_addresses import ERROR, KEPT, PREFIX, SUBSCRIBED, Ask, Subscribe, Sync, understand
from mappings.touchosc import PORT, SIZES, layout, write_layout
from tests.styles import CONTROLS

GROUPS = ("kick", "snare", "hats", "toms", "cymbals", "percussion")


def switch(name: str, kind: Kind = Kind.PERFORMED) -> Control:
    return Control(name, kind, "a test", step=1.0)


# Rows by whose names the layout knows what they are, and one that it has never heard of.
TO_COME = {
    row.name: row
    for row in (
        Control("style_b", Kind.COMPOSED, "a test", choices=tuple("abcdefghijkl"), default="a"),
        *(Control(name, Kind.COMPOSED, "a test") for name in ("morph", "strength", "follow")),
        Control("seed", Kind.COMPOSED, "a test", high=999, step=1.0),
        Control("unheard_of", Kind.PERFORMED, "a test", unit="Hz", low=20, high=2000, default=440),
        *(switch(name, Kind.TRIGGER) for name in ("capture", "record")),
        *(switch(f"{do}_{one}", Kind.TRIGGER) for one in "abcdefgh" for do in ("store", "recall")),
        *(
            Control(f"{what}_{g}", Kind.PERFORMED, "")
            for g in GROUPS
            for what in ("level", "density")
        ),
        *(switch(f"{what}_{g}") for g in GROUPS for what in ("mute", "lock")),
    )
}
OLD_VOICES = ("mute_", "lock_")
FULL = {n: r for n, r in CONTROLS.items() if not n.startswith(OLD_VOICES)} | TO_COME


@pytest.fixture(params=[*((size, "today") for size in SIZES), *((size, "full") for size in SIZES)])
def drawn(
    request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[py2tosc.Document, Mapping[str, Control]]:
    """A layout written to a file and read back, and the table it was drawn from."""
    size, which = request.param
    rows = {"today": CONTROLS, "full": FULL}[which]
    write_layout(rows, tmp_path / "drumigen.tosc", size)
    return py2tosc.load(tmp_path / "drumigen.tosc"), rows


def messages(
    document: py2tosc.Document,
) -> Iterator[tuple[py2tosc.Control, py2tosc.OscMessage, str]]:
    """Every OSC message with its control and its address."""
    for control in document.walk():
        for message in control.messages:
            assert isinstance(message, py2tosc.OscMessage)
            assert all(part.type == "CONSTANT" for part in message.path)
            yield control, message, "".join(str(part.value) for part in message.path)


def arguments(message: py2tosc.OscMessage, unit: float) -> list[object]:
    """What TouchOSC sends when the control stands at 0..1."""
    found: list[object] = []
    for part in message.arguments:
        if part.type == "VALUE":
            assert part.conversion == "FLOAT"
            found.append(float(part.scale_min + unit * (part.scale_max - part.scale_min)))
        else:
            assert (part.type, part.conversion) == ("CONSTANT", "INTEGER")
            found.append(int(part.value))
    return found


@pytest.mark.long
def test_every_message_it_sends_is_understood_from_one_end_of_the_range_to_the_other(
    drawn: tuple[py2tosc.Document, Mapping[str, Control]],
) -> None:
    document, rows = drawn
    reached: dict[str, set[object]] = {}
    asked: list[Ask | None] = []
    for _, message, address in messages(document):
        if message.send:
            assert message.triggers and not message.feedback
            for unit in (0.0, 1.0):
                ask = understand(address, arguments(message, unit), rows)
                asked.append(ask)
                if isinstance(ask, Turned):
                    reached.setdefault(ask.control, set()).add(ask.value)
    assert Sync() in asked and Subscribe(PORT) in asked
    assert reached.keys() == rows.keys()
    for name, values in reached.items():
        row = rows[name]
        if row.kind is Kind.TRIGGER:
            assert values == {1.0}
        elif row.choices:
            assert {row.choices[0], row.choices[-1]} <= values
        else:
            assert values == {row.low, row.high}


def test_every_address_it_listens_to_is_one_that_is_told(
    drawn: tuple[py2tosc.Document, Mapping[str, Control]],
) -> None:
    document, rows = drawn
    picture = AddressBook(rows)
    picture.look(State(controls=tuple((name, row.default) for name, row in rows.items())))
    told = {*picture.messages, SUBSCRIBED, KEPT, ERROR}
    listened = {address for _, message, address in messages(document) if message.receive}
    assert listened <= told and KEPT in listened
    assert {f"{PREFIX}beat/{beat}" for beat in range(1, 5)} <= listened
    shown = {PREFIX + name for name, row in rows.items() if row.kind is not Kind.TRIGGER}
    assert not {at for at in shown if not any(one.startswith(at) for one in listened)}


def test_what_sends_a_place_in_a_range_shows_it_too(
    drawn: tuple[py2tosc.Document, Mapping[str, Control]],
) -> None:
    for control, message, address in messages(drawn[0]):
        if control.control_type in ("FADER", "XY"):
            assert message.send and message.receive, address


def test_nothing_stands_over_anything_else_that_is_touched(
    drawn: tuple[py2tosc.Document, Mapping[str, Control]],
) -> None:
    def touched(control: py2tosc.Control, x: float, y: float) -> Iterator[tuple[float, ...]]:
        frame = control.frame
        left, top = x + frame.x, y + frame.y
        if not control.children and control.interactive and control.messages:
            yield left, top, left + frame.w, top + frame.h
        for child in control.children:
            yield from touched(child, left, top)

    strip, pager = drawn[0].root.children
    width, height = drawn[0].root.frame.w, drawn[0].root.frame.h
    for page in (strip, *pager.children):
        boxes = list(touched(page, 0.0, 0.0))
        assert boxes
        for number, (left, top, right, bottom) in enumerate(boxes):
            assert 0 <= left < right <= width + 0.01 and 0 <= top < bottom <= height + 0.01
            assert right - left >= 30 and bottom - top >= 30, "too small for a finger"
            for other in boxes[number + 1 :]:
                apart = other[0] >= right or other[2] <= left or other[1] >= bottom
                assert apart or other[3] <= top


def test_the_pages_are_there_when_there_is_something_for_them() -> None:
    def pages(rows: Mapping[str, Control]) -> list[str]:
        pager = layout(rows).root.children[1]
        return [page.name for page in pager.children]

    assert pages(FULL) == ["Play", "Feel", "Voices", "Voice feel", "Snapshots", "More"]
    assert [page for page in pages(CONTROLS) if page != "Snapshots"] == [
        "Play", "Feel", "Voices", "Voice feel", "More",
    ]  # fmt: skip


def test_it_subscribes_by_itself_and_validates() -> None:
    document = layout(CONTROLS, "tablet", 9123)
    assert not document.validate()
    assert "'/drumigen/subscribe', { { tag = 'i', value = 9123 } }" in document.root.script
    assert "'/drumigen/sync', {}" in document.root.script
