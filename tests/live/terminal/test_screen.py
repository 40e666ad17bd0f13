"""What a person sees: plain lines and the picture, drawn from views."""

from dataclasses import replace

import pytest

from engine.controls.desk import Desk
from engine.playing.state import State
from engine.score.grid import Place
from engine.score.notes import Bar, Hit, Voice
from live.conductor.status import Lateness, PerformanceStatus
from live.drummer.spec import DrummerStatus
from live.faults import Fault
from live.terminal.layout import layout
from live.terminal.lines import Moment, lines, moment
from tests.styles import BANK, CONTROLS

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


def drawn(status: PerformanceStatus, size: tuple[int, int] = (100, 40), **more: object) -> str:
    return "\n".join(line.plain for line in layout(status, CONTROLS, size, **more))  # type: ignore[arg-type]


def test_the_picture_shows_everything_a_performer_asks_for() -> None:
    text = drawn(STATUS)
    for words in (
        "Funk", "▶ playing", "5.3", "121.5 BPM by midi clock ±0.4 ms",
        "by the trained drummer", "improvised in time  FILL", "BD  X", "density", "2 bars ahead",
        "ready on cpu, 80 ms a bar", "1 in 100 over 0.20", "JACK: in -> out", "space play/stop",
        "played: 3 by the trained drummer, 1 improvised in time",
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
    controls = (*controls, ("solo_hats", 1.0))
    state = replace(STATE, controls=controls, complaint="swing: 99 is not …")
    text = drawn(replace(STATUS, state=state, faults=(("osc", Fault(3, "not OSC")),)))
    for words in (
        "! osc",
        "3×: not OSC",
        "muted snare",
        "alone hats",
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


SIZES = [(40, 10), (60, 16), (80, 24), (100, 30), (200, 60)]
FULL = replace(
    STATUS,
    panel="http://127.0.0.1:8765/",
    midi="JACK: a keyboard, a pad -> a sampler; controllers: nanoKONTROL2; waiting for Live",
    kept="/home/somebody/Music/MidiDrumiGen clips/2026-11-27 Funk 4 bars 102 BPM.mid",
    faults=(("osc", Fault(3, "not OSC " * 40)),),
)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", [False, True])
def test_no_line_is_longer_nor_a_screen_higher_than_the_terminal(
    size: tuple[int, int], keys: bool
) -> None:
    lines = layout(FULL, CONTROLS, size, keys=keys, notice="x" * 300)
    assert len(lines) <= size[1]
    assert max(line.cell_len for line in lines) <= size[0]


@pytest.mark.parametrize("size", SIZES)
def test_address_ports_what_was_kept_and_keys_are_there_at_every_size(
    size: tuple[int, int],
) -> None:
    text = drawn(FULL, size)
    for words in (
        "Funk", "▶", "5.3", "121.5 BPM", FULL.panel, "midi   JACK: a keyboard",
        "kept   /home/somebody/Music", "? all keys", "q quit", "! osc  3×", "now  by the",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize("size", SIZES)
def test_all_keys_are_shown_at_every_size(size: tuple[int, int]) -> None:
    text = drawn(FULL, size, keys=True)
    assert "take that back" in text and "↑↓    density" in text and "capture" in text


def test_an_address_too_long_for_a_line_is_folded_and_never_cut() -> None:
    url = "http://192.168.178.123:8765/?token=" + "x" * 16
    lines = layout(replace(FULL, panel=url), CONTROLS, (40, 10))
    assert url in "".join(line.plain.removeprefix("page").strip() for line in lines[1:3])


def test_what_was_kept_is_folded_where_there_is_room() -> None:
    folded = drawn(FULL, (60, 24)).splitlines()
    assert folded[4].startswith("kept   /home/somebody") and folded[5].endswith(".mid")


def test_where_few_rows_are_left_kick_and_snare_are_those() -> None:
    busy = replace(
        BAR, hits=tuple(Hit(i * 120, voice, 80) for i, voice in enumerate(list(Voice)[:12]))
    )
    text = drawn(replace(FULL, state=replace(STATE, bar=busy)), (60, 10))
    shown = [label for label in ("BD", "SD", "HH", "CR") if f"{label}  " in text]
    assert shown == ["BD", "SD"]


def test_two_bars_stand_side_by_side_at_80_columns_and_one_below_72() -> None:
    assert drawn(STATUS, (80, 24)).count("BD  ") == 2
    assert drawn(STATUS, (60, 24)).count("BD  ") == 1


def test_a_style_that_is_asked_for_is_named_until_it_plays() -> None:
    controls = (*STATE.controls, ("style", "jazz"))
    assert "Funk → jazz" in drawn(replace(STATUS, state=replace(STATE, controls=controls)))


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
        "   6 Funk           by the trained drummer         2 bars ahead, "
        "1 note in 100 over 0.20 ms late  SD |....x...........|  BD |X...............|"
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
