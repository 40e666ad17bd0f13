"""No key sounds twice within 35 ms, unless the first is a grace stroke.

The same law is held for the whole bank in tests/studio/writing/test_doubled_bank.py.
"""

from itertools import pairwise
from random import Random

import pytest

from engine.bars.placed import PlacedNote
from engine.bars.request import Composed, Request
from engine.playing.agenda import Agenda
from engine.playing.spacing import DOUBLED, GRACE
from engine.score.grid import FOUR_FOUR, Meter
from engine.score.notes import Hit, Voice
from engine.takes.take import Played, Record
from engine.timing.timeline import Timeline
from tests.engine.stage import HATS, KICK, SNARE, Drummer, Master, Stage, Start, of

MS = 0.96  # ticks of LINE
LINE = Timeline(0.0, 0.0, 120.0)
LATE = 3 * 1920 - 30  # score of an off-beat, and of a bar line
LINE_OF_BAR = 3 * 1920


def stroke(ms: float, velocity: int, score: int = LATE, key: int = 38) -> PlacedNote:
    bar = score // 1920
    return PlacedNote(ms * MS, score, Voice.SNARE, key, velocity, bar, bar * 1920, key)


def row(*strokes: tuple[float, int], on: int | None = None) -> list[PlacedNote]:
    """Strokes (ms, velocity) between the beats, but for that `on` the bar line."""
    return [
        stroke(ms, force, LINE_OF_BAR if n == on else LATE - 7 * n)
        for n, (ms, force) in enumerate(strokes)
    ]


def heard(notes: list[PlacedNote], meter: Meter = FOUR_FOUR) -> list[tuple[int, int]]:
    """(ms, velocity) of what is struck."""
    agenda = Agenda(meter=meter)
    agenda.plan(notes)
    out = []
    while (now := agenda.deadline(LINE, 0.0, -1.0, None)) is not None:
        due = agenda.due(now, LINE, 0.0, -1.0, None)
        out += [(round(send.at * 1000), note.velocity) for send, note in due if note]
    return out


@pytest.mark.parametrize(
    ("strokes", "stays"),
    [
        ([(0, 80), (35, 80)], [0, 35]),  # as fast as anybody plays
        ([(0, 80), (34, 80)], [0]),  # of two alike the later goes
        ([(0, 80), (3, 90)], [3]),  # the weaker goes
        ([(0, 90), (20, 30)], [0]),  # after a stroke nothing is a grace stroke
        ([(0, 45), (20, 90)], [0, 20]),  # a flam
        ([(0, 55), (20, 90)], [20]),  # nearly
        ([(0, 30), (25, 35), (50, 100)], [0, 25, 50]),  # a drag
        ([(0, 30), (25, 65), (50, 100)], [0, 50]),  # 65 is no grace stroke of 100
        ([(0, 30), (20, 30), (40, 30), (60, 100)], [0, 40, 60]),  # of a ruff what is a flam
        ([(0, 100), (30, 30), (60, 100)], [0, 60]),  # the grace stroke stands too near the first
        ([(0, 30), (10, 65), (20, 100)], [0, 20]),
        ([(0, 30), (9, 100)], [9]),  # too near for a flam
        ([(0, 30), (5, 30), (25, 100)], [5, 25]),
        ([(25 * n, 80) for n in range(6)], [0, 50, 100]),  # a roll that nobody could play
        ([(25 * n, 80 + n) for n in range(6)], [25, 75, 125]),  # a crescendo ends in its accent
        ([(0, 70), (20, 80), (40, 90)], [0, 40]),
    ],
)
def test_what_stays_of_strokes_that_come_near(
    strokes: list[tuple[float, int]], stays: list[int]
) -> None:
    assert [ms for ms, _ in heard(row(*strokes))] == stays


def test_of_much_the_same_force_the_one_on_the_beat_stays() -> None:
    assert heard(row((0, 69), (26, 60), on=1)) == [(26, 60)]
    assert heard(row((0, 69), (26, 60))) == [(0, 69)]
    assert heard(row((0, 110), (26, 60), on=1)) == [(0, 110)]


def test_the_beat_is_that_of_the_meter() -> None:
    eighth = [stroke(0, 90, 1), stroke(20, 68, 240)]  # a beat of 7/8, none of 4/4
    assert heard(eighth, Meter(7, 8)) == [(20, 68)]
    assert heard(eighth) == [(0, 90)]


def test_two_voices_on_one_key_sound_once_and_two_keys_do_not_meet() -> None:
    crash = stroke(10, 100)._replace(voice=Voice.CRASH)
    assert heard([stroke(0, 90, LATE - 1), crash]) == [(10, 100)]
    assert heard([stroke(0, 90), stroke(1, 90, key=40)]) == [(0, 90), (1, 90)]


def test_what_was_struck_is_not_struck_again_by_a_plan_made_since() -> None:
    agenda = Agenda()
    agenda.plan(row((0, 70)))
    assert len(agenda.due(0.0, LINE, 0.0, -1.0, None)) == 1
    agenda.plan([stroke(20, 100, LINE_OF_BAR)])
    assert [note for _, note in agenda.due(0.02, LINE, 0.0, -1.0, None)] == []
    agenda.plan([stroke(25, 120, LINE_OF_BAR)])  # so much harder: it was a flam
    assert [note for _, note in agenda.due(0.025, LINE, 0.0, -1.0, None) if note]


def test_half_a_drag_whose_stroke_is_gone_is_no_roll() -> None:
    agenda = Agenda()
    agenda.plan(row((0, 30), (20, 30), (40, 100)))
    agenda.due(0.0, LINE, 0.0, -1.0, None)
    agenda.plan([stroke(20, 30)])  # what it led to was muted
    assert agenda.due(0.02, LINE, 0.0, -1.0, None) == []


def test_what_waits_for_a_jump_pushes_nothing_out() -> None:
    agenda = Agenda()
    agenda.plan([stroke(0, 80, LATE), stroke(20, 110, LINE_OF_BAR)])
    due = agenda.due(0.0, LINE, 0.0, -1.0, LINE_OF_BAR)
    assert [note.velocity for _, note in due if note] == [80]


def test_what_the_beginning_holds_back_comes_once() -> None:
    agenda = Agenda()
    agenda.plan([stroke(0, 80, LATE), stroke(60, 80, LATE - 7)])  # both pushed ahead of it
    due = agenda.due(0.1, LINE, -0.1, 0.05, None)
    assert [(send.at, note.velocity) for send, note in due if note] == [(0.05, 80)]


@pytest.mark.parametrize("seed", range(40))
def test_of_any_strokes_none_are_doubled_and_none_that_stands_alone_is_lost(seed: int) -> None:
    dice = Random(seed)
    at, strokes = 0.0, []
    for _ in range(60):
        at += dice.choice((dice.uniform(1, 34), dice.uniform(1, 34), dice.uniform(36, 90)))
        strokes.append((at, dice.randint(1, 127)))
    played = heard(row(*strokes, on=dice.randrange(60)))
    hold_law([(ms / 1000, velocity) for ms, velocity in played], slack=0.001)
    times = {ms for ms, _ in played}
    for n, (ms, _) in enumerate(strokes):
        others = [abs(ms - other) for m, (other, _) in enumerate(strokes) if m != n]
        assert min(others) < 35 or round(ms) in times, "a stroke that stood alone"
        assert any(abs(ms - other) < 71 for other in times), "a hole"


def hold_law(strokes: list[tuple[float, int]], slack: float = 1e-9) -> None:
    """(seconds, velocity) of one key in order: none twice within 35 ms but flams and drags."""
    near = [b[0] - a[0] < DOUBLED - slack for a, b in pairwise(strokes)] + [False]
    flam = [
        n and a[1] <= GRACE * b[1]
        for n, (a, b) in zip(near, pairwise([*strokes, (0.0, 0)]), strict=True)
    ]
    for n, close in enumerate(near):
        drag = close and flam[n + 1] and strokes[n][1] <= GRACE * strokes[n + 2][1]
        assert not close or flam[n] or drag, strokes[n : n + 3]


# ---- a whole performance
def by_key(records: list[Record]) -> dict[int, list[tuple[float, int]]]:
    """(seconds, velocity) of every key that was struck, in order."""
    keys: dict[int, list[tuple[float, int]]] = {}
    for record in records:
        if isinstance(record, Played):
            keys.setdefault(record.note, []).append((record.at, record.velocity))
    return keys


class Crowding(Drummer):
    """Bars whose strokes stand where those of the next bar do, and on grids that meet."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._dice = Random(seed)

    def answer(self, request: Request) -> Composed:
        dice, end = self._dice, request.meter.bar_ticks
        ticks = (0, 0, 20, 460, 480, 640, 720, 940, 1080, end - 20, end - 40, end - 1)
        hits = [
            Hit(
                dice.choice(ticks) % end,
                dice.choice((KICK, SNARE, Voice.HIGH_TOM, Voice.CRASH)),
                dice.randint(20, 127),
                dice.randint(-60, 60),
            )
            for _ in range(20)
        ]
        bar = of(request.style, hits, request.meter, fill=request.fill, density=request.density)
        return Composed(request.number, request.generation, bar)


@pytest.mark.parametrize("bpm", [60.0, 120.0, 174.0, 300.0])
@pytest.mark.parametrize("seed", range(4))
def test_no_bar_knob_or_tempo_doubles_a_stroke(bpm: float, seed: int) -> None:
    dice = Random(seed)
    controls = {"fill_every": "2", "variation": 1.0, "ghost": 2.0}
    stage = Stage(Crowding(seed), controls=controls).until(0.5)
    stage.at(0.99, Start())
    master = Master(now=1.0, bpm=bpm)
    stage.play(master.beats(20)).play(master.beats(20, bpm=min(300.0, bpm * 1.5)))
    for _ in range(60):
        name, low, high = dice.choice(
            [("swing", 50, 75), ("humanize", 0, 2), ("push", -40, 40), ("density", 0, 1),
             ("intensity", 0, 1), ("note_offset", -100, 100)]
        )  # fmt: skip
        stage.turn(dice.uniform(1.0, master.now), **{name: dice.uniform(low, high)})
    stage.turn(1.0 + 8 * 60 / bpm, time="double").turn(1.0 + 14 * 60 / bpm, fill_now=1.0)
    stage.until(master.now)
    keys = by_key(stage.records)
    assert sum(map(len, keys.values())) > 100
    for strokes in keys.values():
        hold_law(sorted(strokes))


def test_a_flam_is_played_and_the_end_of_a_bar_gives_way_to_the_next_downbeat() -> None:
    flam = (Hit(460, SNARE, 30), Hit(480, SNARE, 110))
    doubled = (Hit(0, KICK, 100), Hit(1910, KICK, 90))
    stage = Stage(Drummer(hits=(*HATS, *flam, *doubled))).until(0.5)
    stage.at(0.99, Start()).play(Master(now=1.0).beats(8)).until(4.9)
    snares = pytest.approx([1.5 - 20 / 960, 1.5, 3.5 - 20 / 960, 3.5], abs=1e-3)
    assert stage.times(38) == snares
    assert stage.times(36) == pytest.approx([1.0, 3.0], abs=1e-3)
