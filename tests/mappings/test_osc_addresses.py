"""What an OSC message means: addresses, arguments, and reasons where it means nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.controls.control import Control, Kind, Value
from engine.controls.table import table
from engine.playing.events import Turned
from mappings.osc_addresses import (
    PREFIX,
    TEXT,
    VALUE,
    Read,
    Subscribe,
    Sync,
    UnreadableError,
    buttons,
    shown,
    spoken,
    understand,
)
from tests import styles

TABLE = table(("funk", "j_dilla", "trap"))
WHOLE = Control("seed", Kind.COMPOSED, "which takes of all", low=0, high=999, step=1.0)
CONTROLS = [row for row in (*TABLE.values(), WHOLE) if row.kind is not Kind.TRIGGER]
TRIGGERS = [row for row in TABLE.values() if row.kind is Kind.TRIGGER]


@pytest.mark.parametrize(
    ("address", "argument", "control", "value"),
    [
        ("swing", 0.5, "swing", 62.5),  # a float is a place in the range
        ("density", 1.0, "density", 1.0),
        ("style", 0.99, "style", "trap"),
        ("swing", 54, "swing", 54.0),  # an int is the value itself
        ("density", 1, "density", 1.0),
        ("phrase", 16, "phrase", "16"),
        ("loop", 1, "loop", 1.0),
        ("loop", True, "loop", 1.0),
        ("loop", False, "loop", 0.0),
        ("style", "J Dilla", "style", "j_dilla"),  # a string is a name
        ("fill_every", "off", "fill_every", "off"),
        ("tempo/value", 124.0, "tempo", 124.0),  # under /value a float is the value itself too
        ("tempo/value", 124, "tempo", 124.0),
        ("swing/value", 54.5, "swing", 54.5),
        ("style/value", "trap", "style", "trap"),
        ("time/half", 1.0, "time", "half"),  # a choice under the control is a button
        ("fill_every/16", 1, "fill_every", "16"),
        ("density", 1.0 + 1e-7, "density", 1.0),  # what a float32 makes of 1
    ],
)
def test_an_argument_means_one_value(
    address: str, argument: object, control: str, value: Value
) -> None:
    assert understand(PREFIX + address, [argument], TABLE) == Turned(control, value)


def test_an_int_for_a_whole_number_is_that_number() -> None:
    rows = {"seed": WHOLE}
    assert understand("/drumigen/seed", [42], rows) == Turned("seed", 42.0)
    assert understand("/drumigen/seed", [0.5], rows) == Turned("seed", 500.0)


@pytest.mark.parametrize("row", TRIGGERS, ids=lambda row: str(row.name))
def test_a_trigger_fires_without_argument_and_at_a_half_and_is_let_go_below(row: Control) -> None:
    fired = Turned(row.name, 1.0)
    for arguments in ([], [1.0], [0.5], [1], [True]):
        assert understand(PREFIX + row.name, arguments, TABLE) == fired
    for arguments in ([0.0], [0], [False], [0.49]):
        assert understand(PREFIX + row.name, arguments, TABLE) is None


def test_the_button_of_a_choice_let_go_does_nothing() -> None:
    assert understand("/drumigen/time/half", [0.0], TABLE) is None
    assert understand("/drumigen/time/half", [], TABLE) == Read("/drumigen/time/half")


@pytest.mark.parametrize(
    ("address", "arguments", "ask"),
    [
        ("density", [], Read("/drumigen/density")),
        ("density/value", [], Read("/drumigen/density/value")),
        ("density/text", [], Read("/drumigen/density/text")),
        ("transport", [], Read("/drumigen/transport")),
        ("grid/kick", [], Read("/drumigen/grid/kick")),
        ("sync", [], Sync()),
        ("sync", [1.0], Sync()),
        ("subscribe", [], Subscribe()),
        ("subscribe", [9001], Subscribe(9001)),
        ("subscribe", [9001.0], Subscribe(9001)),
        ("unsubscribe", [9001], Subscribe(9001, wanted=False)),
    ],
)
def test_the_other_addresses_ask_for_something(
    address: str, arguments: list[object], ask: object
) -> None:
    assert understand(PREFIX + address, arguments, TABLE) == ask


@pytest.mark.parametrize(
    ("address", "arguments", "reason"),
    [
        ("/density", [0.5], "'/density': no such address; /drumigen/<control>"),
        ("/drumigen/loudness", [0.5], "'/drumigen/loudness': no such address"),
        ("/drumigen/density/much", [0.5], "'/drumigen/density/much': no such address"),
        ("/drumigen/transport", ["playing"], "'/drumigen/transport': no such address to set"),
        ("/drumigen/density", ["much"], "'much' is not a float from 0 to 1"),
        ("/drumigen/density", [b"\0"], "is not a float from 0 to 1"),
        ("/drumigen/density", [None], "None is not a float from 0 to 1"),
        ("/drumigen/density", [float("nan")], "nan is not a float from 0 to 1"),
        ("/drumigen/density", [float("inf")], "inf is not a float from 0 to 1"),
        ("/drumigen/density", [1.5], "1.5 is not a float from 0 to 1"),
        ("/drumigen/density", [-0.1], "-0.1 is not a float from 0 to 1"),
        ("/drumigen/density", [7], "density: 7 is not a number from 0 to 1"),
        ("/drumigen/density", [0.1, 0.2], "takes one argument, not 2"),
        ("/drumigen/tempo/value", [500.0], "tempo: 500.0 is not a number from 20 to 300 BPM"),
        ("/drumigen/tempo/value", [float("nan")], "tempo: nan is not a number from 20 to 300"),
        ("/drumigen/tempo/value", ["fast"], "'fast' is not a number from 20 to 300 BPM"),
        ("/drumigen/tempo/text", ["124 BPM"], "can only be read; set /drumigen/tempo"),
        ("/drumigen/style", ["polka"], "style: 'polka' is not one of funk"),
        ("/drumigen/style", [float("nan")], "nan is not one of funk, j_dilla, trap"),
        ("/drumigen/fill", ["now"], "'now' is not a number; 1 fires"),
        ("/drumigen/fill", [float("nan")], "nan is not a number; 1 fires"),
        ("/drumigen/subscribe", [0], "0 is not a UDP port"),
        ("/drumigen/subscribe", ["me"], "'me' is not a UDP port"),
        ("/drumigen/subscribe", [float("nan")], "nan is not a UDP port"),
    ],
)
def test_what_cannot_be_read_says_address_value_and_what_is_allowed(
    address: str, arguments: list[object], reason: str
) -> None:
    with pytest.raises(UnreadableError) as error:
        understand(address, arguments, TABLE)
    assert reason in str(error.value)
    assert address in str(error.value)


@given(st.sampled_from(CONTROLS), st.floats(0, 1, width=32))
def test_what_is_shown_of_a_control_sets_it_to_the_same_place_again(
    row: Control, unit: float
) -> None:
    value, rows = row.from_unit(unit), {row.name: row}
    for address, argument in shown(row, value):
        if address.endswith(TEXT):
            continue
        turned = understand(address, [argument], rows)
        if turned is None:  # the button of a choice that does not stand
            assert address.removeprefix(f"{PREFIX}{row.name}/") in buttons(row) and argument == 0.0
            continue
        assert isinstance(turned, Turned)
        assert row.to_unit(turned.value) == pytest.approx(row.to_unit(value), abs=1e-6)


@given(
    st.sampled_from([*TABLE, "sync", "subscribe", "beat", ""]),
    st.sampled_from(["", VALUE, TEXT, "/x", "/"]),
    st.lists(
        st.one_of(
            st.floats(), st.integers(-(2**31), 2**31 - 1), st.text(), st.binary(), st.none(),
            st.booleans(), st.lists(st.integers()),
        ),
        max_size=2,
    ),
)  # fmt: skip
def test_every_message_is_understood_with_a_value_of_the_table_or_refused_with_a_reason(
    name: str, aspect: str, arguments: list[object]
) -> None:
    try:
        ask = understand(PREFIX + name + aspect, arguments, TABLE)
    except UnreadableError as error:
        assert str(error)
        return
    if isinstance(ask, Turned):
        assert TABLE[ask.control].check(ask.value) == ask.value


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("density", 0.3000000001, "0.3"),
        ("swing", 57.14, "57.1 %"),
        ("tempo", 124.0, "124 BPM"),
        ("push", -0.01, "0 ms"),
        ("loop", 1.0, "on"),
        ("loop", 0.0, "off"),
        ("style", "j_dilla", "j dilla"),
        ("phrase", "16", "16"),
    ],
)
def test_values_in_words_fit_a_label(name: str, value: Value, words: str) -> None:
    assert spoken(TABLE[name], value) == words


def test_an_alias_chooses_a_style_and_a_wrong_name_is_answered_with_the_nearest() -> None:
    assert understand(PREFIX + "style", ["dilla"], styles.CONTROLS) == Turned("style", "j_dilla")
    assert understand(PREFIX + "style_b", ["D&B"], styles.CONTROLS) == Turned(
        "style_b", "drum_and_bass"
    )
    for address, word, near in (("style", "Dila", "j_dilla"), ("densty", 1.0, "density")):
        with pytest.raises(UnreadableError) as caught:
            understand(PREFIX + address, [word], styles.CONTROLS)
        assert caught.value.hint == f"; did you mean {near}?"
