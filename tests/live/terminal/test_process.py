"""What a person sees: plain lines and the picture, drawn from views."""

import io
from dataclasses import replace

from rich.console import Console

from engine.controls.desk import Desk
from engine.controls.table import table
from engine.playing.state import State
from engine.score.grid import Place
from engine.score.notes import Bar, Hit, Voice
from live.conductor.status import Lateness, PerformanceStatus
from live.drummer.spec import DrummerStatus
from live.faults import Fault
from live.terminal.layout import layout
from live.terminal.lines import Moment, lines, moment
from live.terminal.process import Typing, _command
from tests.styles import BANK

BAR = Bar((Hit(0, Voice.KICK, 120), Hit(480, Voice.SNARE, 90)), source="model", style="funk")
COUNTS = (("model", 3), ("template", 0), ("fallback", 1))
STATE = State(
    transport="playing",
    driver="midi",
    place=Place(4, 2, 30),
    bpm=121.5,
    steadiness=0.4,
    controls=tuple(Desk(BANK, {"style": "funk"}).values.items()),
    bar=BAR,
    next_bar=replace(BAR, source="fallback", fill=True),
    ready=2,
    counts=COUNTS,
)
STATUS = PerformanceStatus(
    STATE, DrummerStatus("ready", "cpu", 80.0), "Funk", "JACK: in -> out", "UDP", "granted",
    Lateness(0.01, 0.2, 1.5),
)  # fmt: skip


def drawn(status: PerformanceStatus) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    console.print(layout(status, table(("funk",))))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_picture_shows_everything_a_performer_asks_for() -> None:
    text = drawn(STATUS)
    for words in (
        "Funk", "▶ playing", "5.3", "121.5 BPM by midi clock ±0.4 ms",
        "by model", "by fallback  FILL", "BD  X", "density", "2 bars ahead",
        "ready on cpu, 80 ms a bar", "p99 0.20", "JACK: in -> out", "space play/stop",
    ):  # fmt: skip
        assert words in text, words


def test_the_picture_keeps_its_height_from_bar_to_bar() -> None:
    busy = replace(
        BAR, hits=tuple(Hit(i * 240, voice, 80) for i, voice in enumerate(list(Voice)[:7]))
    )
    assert drawn(STATUS).count("\n") == drawn(
        replace(STATUS, state=replace(STATE, bar=busy))
    ).count("\n")


def test_the_picture_shows_faults_mutes_and_refusals() -> None:
    controls = (*STATE.controls, ("mute_snare", 1.0), ("lock_kick", 1.0), ("loop", 1.0))
    state = replace(STATE, controls=controls, complaint="swing: 99 is not …")
    text = drawn(replace(STATUS, state=state, faults=(("osc", Fault(3, "not OSC")),)))
    for words in (
        "! osc",
        "3×: not OSC",
        "muted snare",
        "locked kick",
        "LOOP",
        "! refused  swing: 99",
    ):
        assert words in text, words


def test_a_link_session_is_shown_with_its_peers() -> None:
    alone = replace(STATE, driver="link")
    status = replace(STATUS, state=replace(alone, peers=2))
    assert "121.5 BPM by link clock, 2 peers" in drawn(status)
    assert "by link clock, no peers" in drawn(replace(STATUS, state=alone))
    assert list(lines(status, moment(replace(STATUS, state=alone)))) == [
        "link     2 peers, 121.5 BPM"
    ]
    assert "link     1 peer, 121.5 BPM" in lines(
        replace(STATUS, state=replace(alone, peers=1)), moment(status)
    )


def test_keys_pull_triggers_and_switch_the_loop() -> None:
    looping = replace(STATUS, state=replace(STATE, controls=(*STATE.controls, ("loop", 1.0))))
    assert [_command(key, STATUS) for key in "fFnuplq"] == [
        (name, 1.0) for name in ("fill", "fill_now", "new_idea", "undo", "panic", "loop", "quit")
    ]
    assert _command("l", looping) == ("loop", 0.0)
    assert (_command(" ", STATUS), _command("x", STATUS)) == (("stop", 1.0), None)
    stopped = replace(STATUS, state=replace(STATE, transport="stopped"))
    assert _command(" ", stopped) == ("play", 1.0)


def test_what_was_learned_last_is_taken_back_by_a_key() -> None:
    assert _command("M", STATUS) == ("unlearn", 1.0)
    typing = Typing()
    typing.press("m", [])
    assert typing.on("M")  # then it is a letter of a name


def test_the_control_to_learn_is_typed_and_found_by_its_beginning() -> None:
    typing, names = Typing(), [name for name, _ in STATE.controls]
    assert not typing.on("s")
    assert typing.press("m", names) == ("learn", "")
    assert typing.on("q")
    for key in "swixn\x7f\x7fn":
        assert typing.press(key, names) is None
    assert "which control? swin▌  swing " in drawn(typing.shown(STATUS))
    assert typing.press("\r", names) == ("learn", "swing")
    assert typing.shown(STATUS) is STATUS
    typing.press("m", names)
    assert typing.press("\x1b", names) == ("learn", "")
    assert not typing.on("q")


def test_what_was_learned_is_shown_and_said() -> None:
    status = replace(STATUS, learn="density: CC 3 on channel 1 of nanoKONTROL2")
    assert status.learn in drawn(status)
    assert list(lines(status, moment(STATUS))) == [f"learn    {status.learn}"]


def test_lines_say_a_thing_once_and_a_bar_when_it_begins() -> None:
    first = list(lines(STATUS, Moment()))
    assert [line.split()[0] for line in first] == ["midi", "osc", "priority", "drummer", "▶", "5"]
    assert list(lines(STATUS, moment(STATUS))) == []
    later = replace(STATUS, state=replace(STATE, place=Place(5, 0, 0)))
    assert list(lines(later, moment(STATUS))) == [
        "   6 Funk           model         ahead 2 late p99 0.20 ms  "
        "SD |....x...........|  BD |X...............|"
    ]


def test_lines_say_what_went_wrong() -> None:
    status = replace(
        STATUS, faults=(("midi", Fault(2, "gone")),), state=replace(STATE, complaint="no")
    )
    assert list(lines(status, moment(STATUS))) == ["refused  no", "fault    midi 2x: gone"]


def test_a_storm_of_faults_is_said_at_every_doubling() -> None:
    before, said = Moment(), 0
    for count in range(1, 1001):
        status = replace(STATUS, faults=(("osc", Fault(count, "rubbish")),))
        said += sum(line.startswith("fault") for line in lines(status, before))
        before = moment(status)
    assert said == 9 + 6  # 1..9, then 16, 32, 64, 128, 256, 512
