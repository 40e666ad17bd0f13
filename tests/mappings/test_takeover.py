"""Nothing jumps when a knob is moved whose control stands elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.controls.control import Control, Kind
from engine.controls.table import table
from mappings.bindings import RELATIVE, Mode, ticks
from mappings.takeover import COARSE, NEAR, Knob, Shown, Takeover

TABLE = table(("boom_bap", "funk", "jazz"))
TURNED = [row for row in TABLE.values() if row.kind is not Kind.TRIGGER]
CONTROLS = st.sampled_from(TURNED)
VALUES = st.integers(0, 127)
PLACES = st.floats(0, 1)


def step(control: Control) -> float:
    """The least that a control can move, 0..1 of its range."""
    if control.choices:
        return 1 / len(control.choices)
    return control.step / (control.high - control.low)


@given(
    CONTROLS,
    st.sampled_from([Takeover.PICKUP, Takeover.SCALE]),
    st.lists(st.tuples(VALUES, st.none() | PLACES), min_size=1, max_size=40),
)
def test_a_control_never_moves_further_than_its_knob_and_its_step(
    control: Control, takeover: Takeover, moves: list[tuple[int, float | None]]
) -> None:
    knob, current, before = Knob(), control.default, None
    for value, elsewhere in moves:
        if elsewhere is not None:  # another surface, a style or a recall
            current = control.from_unit(elsewhere)
        to = value / 127
        moved = knob.move(control, current, to, COARSE, takeover)
        way = COARSE if before is None else max(COARSE, abs(to - before))
        if moved is not None:
            jump = abs(control.to_unit(moved) - control.to_unit(current))
            assert jump <= way + step(control) + 1e-9
            current = moved
        before = to


@given(CONTROLS, st.sampled_from(RELATIVE), st.lists(VALUES, max_size=60))
def test_an_endless_knob_stays_in_range(control: Control, mode: Mode, values: list[int]) -> None:
    knob, current = Knob(), control.default
    for value in values:
        moved = knob.turn(control, current, ticks(mode, value))
        if moved is not None:
            assert moved == control.check(moved)
            current = moved


@given(CONTROLS, st.sampled_from(Takeover), PLACES, st.booleans())
def test_a_knob_moved_through_its_whole_way_and_back_holds_its_control(
    control: Control, takeover: Takeover, start: float, up_first: bool
) -> None:
    knob, current = Knob(), control.from_unit(start)
    way = [*range(128), *range(126, -1, -1), *range(1, 128)]
    for value in way if up_first else [127 - value for value in way]:
        moved = knob.move(control, current, value / 127, COARSE, takeover)
        current = current if moved is None else moved
    assert current == control.from_unit(1.0 if up_first else 0.0)


def test_pickup_waits_for_the_knob_to_come_by_and_then_follows() -> None:
    density, knob = TABLE["density"], Knob()
    moved = [
        knob.move(density, 0.5, value / 127, COARSE, Takeover.PICKUP) for value in (10, 30, 60, 70)
    ]
    assert moved == [None, None, None, pytest.approx(70 / 127)]
    assert knob.move(density, moved[-1], 20 / 127, COARSE, Takeover.PICKUP) == 20 / 127


def test_pickup_lets_go_when_somebody_else_moves_the_control() -> None:
    density, knob = TABLE["density"], Knob()
    held = knob.move(density, 0.5, 0.5, COARSE, Takeover.PICKUP)
    assert held is None and knob.move(density, 0.5, 0.6, COARSE, Takeover.PICKUP) == 0.6
    assert knob.move(density, 0.2, 0.61, COARSE, Takeover.PICKUP) is None
    assert knob.move(density, 0.2, 0.1, COARSE, Takeover.PICKUP) == 0.1


def test_scale_brings_knob_and_control_together_at_the_end() -> None:
    density, knob = TABLE["density"], Knob()
    assert knob.move(density, 0.8, 0.2, COARSE, Takeover.SCALE) is None
    half = knob.move(density, 0.8, 0.6, COARSE, Takeover.SCALE)
    assert half == pytest.approx(0.9)
    assert knob.move(density, half, 1.0, COARSE, Takeover.SCALE) == pytest.approx(1.0)


def test_none_jumps_to_the_knob() -> None:
    assert Knob().move(TABLE["density"], 0.5, 0.9, COARSE, Takeover.NONE) == 0.9


@pytest.mark.parametrize(
    ("mode", "up", "down", "far_up", "far_down"),
    [
        (Mode.TWOS_COMPLEMENT, 1, 127, 64, 65),
        (Mode.BINARY_OFFSET, 65, 63, 127, 1),
        (Mode.SIGNED_BIT, 1, 65, 64, 127),
        (Mode.SIGNED_BIT_2, 65, 1, 127, 64),
    ],
)
def test_the_relative_modes_are_those_of_live(
    mode: Mode, up: int, down: int, far_up: int, far_down: int
) -> None:
    assert (ticks(mode, up), ticks(mode, down)) == (1, -1)
    assert (ticks(mode, far_up), ticks(mode, far_down)) in ((64, -63), (63, -63), (63, -64))
    assert ticks(mode, 0) == 0


def test_a_choice_is_some_clicks_away() -> None:
    style, knob, current = TABLE["style"], Knob(), "boom_bap"
    heard = []
    for _ in range(12):
        current = knob.turn(style, current, 1) or current
        heard.append(current)
    assert set(heard) == {"boom_bap", "funk", "jazz"}


@given(
    CONTROLS,
    st.sampled_from([Takeover.PICKUP, Takeover.SCALE]),
    st.lists(st.tuples(VALUES, st.none() | PLACES, st.booleans()), min_size=1, max_size=40),
    st.floats(0.0, 1.0),
)
def test_a_control_never_moves_further_than_its_knob_from_where_that_was_or_was_shown_to_be(
    control: Control,
    takeover: Takeover,
    moves: list[tuple[int, float | None, bool]],
    every: float,
) -> None:
    knob, current, before, shown = Knob(), control.default, None, None
    for i, (value, elsewhere, told) in enumerate(moves):
        if elsewhere is not None:
            current = control.from_unit(elsewhere)
            if told:
                shown = Shown(round(control.to_unit(current) * 127) / 127, i * every + 0.5)
        to = value / 127
        moved = knob.move(control, current, to, COARSE, takeover, shown, i * every)
        from_here = COARSE if before is None else abs(to - before)
        if shown is not None:
            near = abs(to - shown.place)
            from_here = max(from_here, near) if near <= max(NEAR, from_here) else from_here
        if moved is not None:
            jump = abs(control.to_unit(moved) - control.to_unit(current))
            assert jump <= max(COARSE, from_here) + COARSE + step(control) + 1e-9
            current = moved
        before, shown = to, None


def test_an_endless_knob_goes_from_style_to_style_where_places_lie_apart() -> None:
    styles = Control(
        "style", Kind.COMPOSED, "", default="a", choices=tuple("abcd"), places=(0, 9, 96)
    )
    knob = Knob()
    assert knob.turn(styles, "a", 1) == "b"
    assert knob.turn(styles, "b", 1) == "c"
    assert knob.turn(styles, "c", 1) is None  # d has no place
    assert knob.turn(styles, "c", -9) == "a"
