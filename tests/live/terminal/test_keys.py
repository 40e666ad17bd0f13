"""What a key asks for, and the name of a control while it is typed."""

from dataclasses import replace

from live.terminal.keys import HELP, SWITCHES, TRIGGERS, TURNS, Typing, command, refused
from tests.live.terminal.test_screen import STATE, STATUS, drawn
from tests.styles import BANK, CONTROLS

VALUES = dict(STATE.controls)
NAMES = list(VALUES)


def asked(key: str, **turned: float | str) -> tuple[str, float | str] | None:
    return command(key, STATUS, VALUES | turned, CONTROLS)


def test_keys_pull_triggers_and_switch_the_loop() -> None:
    assert [asked(key) for key in "fFnuplq"] == [
        (name, 1.0) for name in ("fill", "fill_now", "new_idea", "undo", "panic", "loop", "quit")
    ]
    assert asked("l", loop=1.0) == ("loop", 0.0)
    assert (asked(" "), asked("x")) == (("stop", 1.0), None)
    stopped = replace(STATUS, state=replace(STATE, transport="stopped"))
    assert command(" ", stopped, VALUES, CONTROLS) == ("play", 1.0)


def test_density_and_tempo_are_turned_by_whole_steps_and_stay_in_their_range() -> None:
    assert asked("up", density=0.5) == ("density", 0.55)
    assert asked("down", density=0.52) == ("density", 0.45)
    assert asked("up", density=1.0) == ("density", 1.0)
    assert asked("+", tempo=86.4) == asked("=", tempo=86.4) == ("tempo", 87.0)
    assert asked("-", tempo=20.0) == ("tempo", 20.0)


def test_styles_are_gone_through_round_and_round() -> None:
    names = list(BANK)
    assert asked("right", style=names[0]) == ("style", names[1])
    assert asked("right", style=names[-1]) == ("style", names[0])
    assert asked("left", style=names[0]) == ("style", names[-1])


def test_the_tempo_of_somebody_elses_clock_is_not_turned_and_it_is_said() -> None:
    assert "MIDI clock" in refused("+", STATUS)
    assert not refused("up", STATUS)
    assert not refused("+", replace(STATUS, state=replace(STATE, driver="internal")))


def test_the_help_tells_of_every_key() -> None:
    told = "".join(key for key, _ in HELP)
    arrows = {"left": "←", "right": "→", "up": "↑", "down": "↓", "=": "+"}
    for key in (*TRIGGERS, *SWITCHES, *TURNS, "m", "?"):
        assert arrows.get(key, key) in told, key


def test_what_was_learned_last_is_taken_back_by_a_key() -> None:
    assert asked("M") == ("unlearn", 1.0)
    typing = Typing()
    typing.press("m", [])
    assert typing.on("M")  # then it is a letter of a name


def test_the_control_to_learn_is_typed_and_found_by_its_beginning() -> None:
    typing = Typing()
    assert not typing.on("s")
    assert typing.press("m", NAMES) == ("learn", "")
    assert typing.on("q")
    for key in ("s", "w", "i", "x", "up", "n", "\x7f", "\x7f", "n"):
        assert typing.press(key, NAMES) is None
    assert "which control? swin▌  swing " in drawn(typing.shown(STATUS))
    assert typing.press("\r", NAMES) == ("learn", "swing")
    assert typing.shown(STATUS) is STATUS
    typing.press("m", NAMES)
    assert typing.press("\x1b", NAMES) == ("learn", "")
    assert not typing.on("q")
