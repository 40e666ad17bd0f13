"""No key sounds twice at once, and no bar is silent that nobody muted."""

import itertools
from random import Random

import pytest

from engine.bars.placed import PlacedNote
from engine.playing.agenda import Agenda
from engine.playing.events import Turned
from engine.playing.spacing import DOUBLED, GRACE
from engine.score.notes import GROUPS, Hit, Voice
from engine.timing.timeline import Timeline
from tests.engine.stage import ON, Drummer, Stage

LINE = Timeline(0.0, 0.0, 120.0)  # 960 ticks a second
Struck = list[tuple[float, int, int]]


def note(at: float, key: int, velocity: int, score: int = 0) -> PlacedNote:
    """A note at so many seconds; `score` tells apart those of one place."""
    tick = at * 960.0
    return PlacedNote(tick, score or round(tick * 1000), Voice.SNARE, key, velocity, 1, 0)


def struck(*notes: PlacedNote) -> Struck:
    """What comes out of an agenda: moment, key, velocity."""
    agenda = Agenda()
    agenda.plan(notes)
    found = agenda.due(1.5, LINE, 0.0, 0.0, None)
    return [(one.tick / 960.0, one.note, one.velocity) for _, one in found if one is not None]


@pytest.mark.parametrize("apart", [0.0, 0.003, 0.02, DOUBLED - 0.001])
@pytest.mark.parametrize(("first", "second", "stays"), [(90, 80, 0), (80, 90, 1), (80, 80, 0)])
def test_of_two_strokes_of_a_key_at_once_the_louder_stays(
    apart: float, first: int, second: int, stays: int
) -> None:
    both = [note(1.45, 38, first, 1), note(1.45 + apart, 38, second, 2)]
    assert struck(*both) == [(both[stays].tick / 960.0, 38, both[stays].velocity)]


def test_what_is_no_doubled_stroke_stays() -> None:
    apart = [note(1.45, 38, 90), note(1.45 + DOUBLED + 0.001, 38, 90)]
    other = [note(1.45, 38, 90), note(1.453, 42, 90)]
    flam = [note(1.45, 38, 40), note(1.47, 38, 100)]
    drag = [note(1.43, 38, 40), note(1.46, 38, 42), note(1.49, 38, 100)]
    for notes in (apart, other, flam, drag):
        assert len(struck(*notes)) == len(notes)


def test_a_soft_stroke_after_a_loud_one_is_no_grace() -> None:
    assert struck(note(1.45, 38, 100), note(1.47, 38, 40)) == [(1.45, 38, 100)]


def test_what_two_bars_put_on_one_bar_line_sounds_once() -> None:
    """The last hit of a bar is late, the first of the next is early."""
    late = Hit(1800, Voice.CLOSED_HAT, 80, offset=110)
    early = Hit(0, Voice.CLOSED_HAT, 90, offset=-5)
    stage = Stage(Drummer(hits=(Hit(0, Voice.KICK, 100), early, late)))
    stage.at(1.0, Turned("play", 1.0)).until(20.0)
    times = stage.times(42, since=4.0)
    assert times and min(b - a for a, b in itertools.pairwise(times)) >= DOUBLED


@pytest.mark.parametrize("seed", range(30))
def test_no_key_sounds_twice_at_once_whatever_is_played_and_turned(seed: int) -> None:
    """No two strokes of a key are nearer than DOUBLED but a grace stroke and what it leads to."""
    dice = Random(seed)
    voices = (Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT, Voice.PERCUSSION)
    hits = {
        (dice.randrange(0, 1920, 40), dice.choice(voices)): dice.randint(1, 127) for _ in range(60)
    }
    bar = tuple(
        Hit(tick, voice, velocity, offset=dice.randint(-40, 40))
        for (tick, voice), velocity in hits.items()
    )
    bpm = dice.choice([60.0, 120.0, 200.0, 300.0])
    stage = Stage(Drummer(hits=bar), {"tempo": bpm, "variation": 1.0})
    stage.at(1.0, Turned("play", 1.0))
    for number in range(20):
        knob = dice.choice(["swing", "humanize", "note_offset", "density", "push"])
        control = stage.performer.desk.table[knob]
        stage.turn(1.5 + number * 0.37, **{knob: control.from_unit(dice.random())})
    stage.until(12.0)
    by_key: dict[int, list[tuple[float, int]]] = {}
    for sent in stage.sent:
        if sent.message[0] == ON:
            by_key.setdefault(sent.message[1], []).append((sent.at, sent.message[2]))
    for strokes in by_key.values():
        for (at, soft), (after, _) in itertools.pairwise(strokes):
            led = [v for when, v in strokes if at < when < at + 2.0 * DOUBLED + 0.04]
            assert after - at >= DOUBLED - 1e-6 or any(soft <= GRACE * v for v in led)
    assert not stage.hanging() or stage.hanging() <= set(by_key)


# ---- silence
def silent_bars(stage: Stage, bpm: float, count: int) -> list[int]:
    """Numbers of the bars from 0 in which nothing begins."""
    length = 240.0 / bpm
    heard = {int((sent.at - 1.0 + 0.02) // length) for sent in stage.sent if sent.message[0] == ON}
    return [number for number in range(count) if number not in heard]


SPARSE = (
    (Hit(960, Voice.SNARE, 100),),
    (Hit(1440, Voice.KICK, 90), Hit(1800, Voice.SNARE, 20)),
    (Hit(1680, Voice.PERCUSSION, 30),),
    (Hit(0, Voice.CRASH, 100), Hit(480, Voice.SNARE, 20), Hit(960, Voice.SNARE, 22)),
)


@pytest.mark.parametrize("hits", SPARSE)
@pytest.mark.parametrize("time", ["half", "normal", "double"])
@pytest.mark.parametrize("ghost", [0.0, 1.0])
@pytest.mark.parametrize("density", [0.0, 0.5])
def test_no_knob_s_end_leaves_a_bar_silent(
    hits: tuple[Hit, ...], time: str, ghost: float, density: float
) -> None:
    for group in (None, *GROUPS):
        controls: dict[str, object] = {"time": time, "ghost": ghost, "density": density}
        controls |= {f"density_{group}": -1.0} if group else {}
        stage = Stage(Drummer(hits=hits), {"tempo": 120.0, "variation": 1.0} | controls)  # type: ignore[arg-type]
        stage.at(1.0, Turned("play", 1.0)).until(1.0 + 2.0 * 9)
        assert silent_bars(stage, 120.0, 8) == [], group


def test_levels_do_not_silence_a_bar_but_at_zero() -> None:
    hits = (Hit(0, Voice.KICK, 1), Hit(960, Voice.SNARE, 1))
    soft: dict[str, object] = {"level_kick": 0.2, "level_snare": 0.3, "intensity": 0.0}
    stage = Stage(Drummer(hits=hits), {"tempo": 120.0, "variation": 1.0} | soft)  # type: ignore[arg-type]
    stage.at(1.0, Turned("play", 1.0)).until(1.0 + 2.0 * 9)
    assert silent_bars(stage, 120.0, 8) == []


def test_mutes_silence_what_they_say() -> None:
    mutes: dict[str, object] = {f"mute_{group}": 1.0 for group in GROUPS}
    stage = Stage(Drummer(), mutes)  # type: ignore[arg-type]
    stage.at(1.0, Turned("play", 1.0)).until(10.0)
    assert stage.ons() == []
