import itertools
import statistics
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel.microtiming import felt
from engine.feel.strokes import PerformedKnobs, strokes
from engine.feel.swing import swung, unswung
from engine.score.grid import FOUR_FOUR, METERS, Meter
from engine.score.notes import Bar, Hit, Voice
from engine.score.style import Feel
from tests.engine.stage import BACKBEAT, HAT, HATS, KICK, PULSE_KICK, SHUFFLE, SNARE, style

GHOSTS = (Hit(120, SNARE, 20), Hit(360, SNARE, 40), Hit(840, SNARE, 30), Hit(1320, SNARE, 45))
BAR = Bar.of([*HATS, *PULSE_KICK, *BACKBEAT, *GHOSTS])
PLAIN = PerformedKnobs()


# ---- swing
@pytest.mark.parametrize(
    ("percent", "grid", "expected"),
    [
        (50, 16, [0, 60, 120, 180, 240, 360, 480]),
        (66.7, 16, [0, 80.04, 160.08, 200.04, 240, 400.08, 480]),
        (75, 16, [0, 90, 180, 210, 240, 420, 480]),
        (66.7, 8, [0, 80.04, 160.08, 240.12, 320.16, 400.08, 480]),
    ],
)
def test_the_second_of_a_pair_falls_where_the_percentage_says(
    percent: float, grid: int, expected: list[float]
) -> None:
    ticks = (0, 60, 120, 180, 240, 360, 480)
    assert [swung(tick, percent, grid) for tick in ticks] == pytest.approx(expected)


def test_what_stands_on_triplets_swings_already() -> None:
    assert [swung(tick, 75, 8) for tick in (160, 320, 80)] == [160, 320, 80]


@given(st.floats(50, 75), st.sampled_from([8, 16]))
def test_swing_keeps_the_order_and_never_moves_a_beat(percent: float, grid: int) -> None:
    fallen = [swung(tick, percent, grid) for tick in range(0, 1920, 60)]
    assert fallen == sorted(fallen)
    assert [swung(tick, percent, grid) for tick in range(0, 1920, 480)] == [0, 480, 960, 1440]


@given(st.floats(50, 75), st.sampled_from([8, 16]), st.integers(0, 64))
def test_what_swing_moved_is_moved_back(percent: float, grid: int, step: int) -> None:
    tick = step * 60
    assert unswung(swung(tick, percent, grid), percent, grid) == pytest.approx(tick)


# ---- microtiming
def test_humanize_scales_the_offsets_and_nothing_else() -> None:
    bar = Bar.of([Hit(0, KICK, 100, 10), Hit(120, HAT, 70, -8)])
    at = {
        amount: [s.tick for s in strokes(bar, PerformedKnobs(swing=75, humanize=amount))]
        for amount in (0, 1, 2)
    }
    assert at == {0: [0, 180], 1: [10, 172], 2: [20, 164]}


def test_strokes_come_in_the_order_they_sound() -> None:
    bar = Bar.of([Hit(0, KICK, 100, 50), Hit(30, HAT, 70, -20)])
    assert [(s.score, s.tick) for s in strokes(bar, PLAIN)] == [(30, 10), (0, 50)]


def test_a_style_writes_its_repeated_offsets_into_a_bar() -> None:
    late = style("late", feel=Feel({SNARE: (10.0,), HAT: (0.0, -5.0)}))
    bar = Bar.of([Hit(0, KICK, 100), Hit(480, SNARE, 100), Hit(120, HAT, 70), Hit(240, HAT, 70, 2)])
    made = felt(bar, late, 125.0, seed=1, number=0)  # one tick is one millisecond
    assert [(hit.tick, hit.offset) for hit in made.hits] == [(0, 0), (120, -5), (240, 2), (480, 10)]
    assert made.felt
    assert felt(made, late, 125.0, seed=1, number=5) is made
    assert [hit.offset for hit in felt(bar, late, 250.0, 1, 9).hits] == [0, -10, 2, 20]


def test_an_offset_is_a_sixteenth_at_most() -> None:
    drunk = style("drunk", feel=Feel({SNARE: (500.0,), HAT: (-500.0,)}))
    made = felt(Bar.of([Hit(480, SNARE, 100), Hit(240, HAT, 70)]), drunk, 125.0, 1, 0)
    assert [hit.offset for hit in made.hits] == [-120, 120]


def drifts(meter: Meter, bars: int, seed: int = 3) -> list[list[int]]:
    """The drift of bars at every tick of 60, in ticks of a millisecond, sd 20."""
    loose = style("loose", feel=Feel(drift=20.0))
    hits = tuple(Hit(tick, HAT, 70) for tick in range(0, meter.bar_ticks, 60))
    return [
        [hit.offset for hit in felt(Bar(hits, meter), loose, 125.0, seed, number).hits]
        for number in range(bars)
    ]


def test_drift_is_the_same_for_all_voices_and_spread_is_not() -> None:
    loose = style("loose", feel=Feel(drift=10.0))
    chord = Bar.of([Hit(480, KICK, 90), Hit(480, SNARE, 90), Hit(480, HAT, 90)])
    assert len({hit.offset for hit in felt(chord, loose, 120, 1, 7).hits}) == 1
    spread = style("spread", feel=Feel(spread=10.0))
    assert len({hit.offset for hit in felt(chord, spread, 120, 1, 7).hits}) == 3


@pytest.mark.parametrize("meter", METERS.values(), ids=str)
def test_drift_runs_on_over_the_bar_line(meter: Meter) -> None:
    run = [offset for bar in drifts(meter, 60) for offset in bar]
    steps = [abs(b - a) for a, b in itertools.pairwise(run)]
    at_bar_lines = steps[meter.bar_ticks // 60 - 1 :: meter.bar_ticks // 60]
    # A line between beats: from step to step an eighth of the way, at bar lines as anywhere.
    assert max(at_bar_lines) <= max(steps) <= 13
    assert statistics.mean(at_bar_lines) < 2 * statistics.mean(steps)


@pytest.mark.long
def test_drift_remembers_half_of_itself_after_a_beat() -> None:
    beats = [bar[at] for bar in drifts(FOUR_FOUR, 1500) for at in (0, 8, 16, 24)]
    assert statistics.stdev(beats) == pytest.approx(20.0, abs=1.0)
    assert statistics.mean(beats) == pytest.approx(0.0, abs=1.0)
    assert [
        statistics.correlation(beats[:-lag], beats[lag:]) for lag in (1, 2, 3)
    ] == pytest.approx([0.5, 0.25, 0.125], abs=0.05)


def test_the_same_seed_feels_the_same() -> None:
    assert drifts(FOUR_FOUR, 3, seed=3) == drifts(FOUR_FOUR, 3, seed=3)
    assert drifts(FOUR_FOUR, 3, seed=3) != drifts(FOUR_FOUR, 3, seed=4)


def test_a_bar_made_for_an_intensity_is_left_alone_at_it() -> None:
    hard = replace(BAR, intensity=0.9)
    assert velocities(hard, PerformedKnobs(intensity=0.9)) == [hit.velocity for hit in BAR.hits]
    assert velocities(hard, PLAIN) < velocities(BAR, PLAIN)


def test_a_bar_made_for_ghosts_loses_and_gains_the_rest() -> None:
    def ghosts(made: float, ghost: float) -> int:
        played = strokes(replace(BAR, ghosts=made), PerformedKnobs(ghost=ghost))
        return sum(s.voice is SNARE and s.velocity < 50 for s in played)

    has = len(GHOSTS)
    assert [ghosts(0.25, ghost) for ghost in (0.0, 0.25, 0.5, 1.0)] == [0, has // 2, has, has + 2]
    assert [ghosts(1.0, ghost) for ghost in (0.0, 1.0, 2.0)] == [0, has // 2, has]
    assert [ghosts(0.0, ghost) for ghost in (0.0, 0.5)] == [0, has + 2]


# ---- velocities
def velocities(bar: Bar, knobs: PerformedKnobs) -> list[int]:
    return [stroke.velocity for stroke in strokes(bar, knobs)]


def test_in_the_middle_the_knobs_leave_velocities_alone() -> None:
    assert velocities(BAR, PLAIN) == [hit.velocity for hit in BAR.hits]


def test_dynamics_narrow_and_widen_a_voice_about_its_mean() -> None:
    bar = Bar.of([Hit(0, SNARE, 60), Hit(480, SNARE, 100), Hit(960, KICK, 90)])
    assert velocities(bar, PerformedKnobs(dynamics=0)) == [80, 80, 90]
    assert velocities(bar, PerformedKnobs(dynamics=0.5)) == [70, 90, 90]
    assert velocities(bar, PerformedKnobs(dynamics=2)) == [40, 120, 90]


@given(
    st.lists(st.integers(1, 127), min_size=2, max_size=8, unique=True),
    st.floats(0, 1),
    st.floats(0, 2),
)
def test_intensity_and_dynamics_keep_the_order(
    made: list[int], intensity: float, dynamics: float
) -> None:
    bar = Bar.of(Hit(n * 240, SNARE, velocity) for n, velocity in enumerate(sorted(made)))
    played = velocities(bar, PerformedKnobs(intensity=intensity, dynamics=dynamics))
    assert played == sorted(played)
    assert 1 <= played[0] <= played[-1] <= 127


def test_intensity_makes_everything_louder() -> None:
    levels = [velocities(BAR, PerformedKnobs(intensity=x / 4)) for x in range(5)]
    for softer, louder in itertools.pairwise(levels):
        assert all(a < b for a, b in zip(softer, louder, strict=True))


# ---- ghosts, mutes, density
def struck(bar: Bar, knobs: PerformedKnobs) -> set[tuple[int, Voice]]:
    return {(stroke.score, stroke.voice) for stroke in strokes(bar, knobs)}


def test_ghosts_go_weakest_first_and_all_at_zero() -> None:
    counts = {x: struck(BAR, PerformedKnobs(ghost=x)) for x in (0, 0.25, 0.5, 0.75, 1)}
    assert struck(BAR, PLAIN) - counts[0] == {(hit.tick, SNARE) for hit in GHOSTS}
    assert struck(BAR, PLAIN) - counts[0.75] == {(120, SNARE)}
    assert struck(BAR, PLAIN) - counts[0.5] == {(120, SNARE), (840, SNARE)}


@pytest.mark.parametrize(
    "bar", [BAR, Bar.of(HATS), SHUFFLE[0], Bar.of(PULSE_KICK[:2], Meter(7, 8))], ids=str
)
def test_turning_ghosts_up_only_adds(bar: Bar) -> None:
    levels = [struck(bar, PerformedKnobs(ghost=x / 8)) for x in range(17)]
    for fewer, more in itertools.pairwise(levels):
        assert fewer <= more
    assert len(levels[-1]) == len(levels[8]) + 4


def test_added_ghosts_stand_apart_from_the_snare_and_off_the_eighths() -> None:
    added = struck(BAR, PerformedKnobs(ghost=2)) - struck(BAR, PLAIN)
    snares = [hit.tick for hit in BAR.hits if hit.voice is SNARE]
    assert all(tick % 240 == 120 for tick, _ in added)
    assert all(min(abs(tick - other) for other in snares) >= 120 for tick, _ in added)


def test_ghosts_of_a_shuffle_stand_on_its_triplets() -> None:
    added = struck(SHUFFLE[0], PerformedKnobs(ghost=2)) - struck(SHUFFLE[0], PLAIN)
    assert len(added) == 4
    assert all(tick % 160 == 0 and tick % 480 for tick, _ in added)


def test_an_added_ghost_leans_on_the_hit_beside_it() -> None:
    bar = Bar.of([Hit(tick, HAT, 70, 7) for tick in range(0, 1920, 120)])
    ghosts = [s for s in strokes(bar, PerformedKnobs(ghost=2)) if s.voice is SNARE]
    assert [s.tick - s.score for s in ghosts] == [7, 7, 7, 7]
    assert {s.velocity for s in ghosts} == {34}


def test_a_muted_voice_is_silent_and_its_added_ghosts_too() -> None:
    assert {
        voice for _, voice in struck(BAR, PerformedKnobs(ghost=2, muted=frozenset({SNARE})))
    } == {
        KICK,
        HAT,
    }


def test_density_thins_what_the_bar_does_not_already_leave_out() -> None:
    made_thin = replace(BAR, density=0.2)
    assert len(strokes(made_thin, PerformedKnobs(density=0.2))) == len(BAR.hits)
    assert len(strokes(BAR, PerformedKnobs(density=0.2))) < len(BAR.hits)


# ---- voice groups
def test_a_level_scales_the_velocity_of_its_voice_and_no_other() -> None:
    bar = Bar.of([Hit(0, SNARE, 60), Hit(480, SNARE, 100), Hit(960, KICK, 90)])
    assert velocities(bar, PerformedKnobs(levels={SNARE: 0.5})) == [30, 50, 90]
    assert velocities(bar, PerformedKnobs(levels={SNARE: 2.0, KICK: 1.0})) == [120, 127, 90]


def test_a_level_of_nothing_is_silence_and_soft_strokes_go_first() -> None:
    assert struck(BAR, PerformedKnobs(levels={SNARE: 0.0})) == struck(
        BAR, PerformedKnobs(muted=frozenset({SNARE}))
    )
    faint = struck(BAR, PerformedKnobs(levels={SNARE: 0.02}))
    assert struck(BAR, PLAIN) - faint == {(hit.tick, SNARE) for hit in GHOSTS if hit.velocity < 25}


def test_the_density_of_a_group_is_heard_at_once() -> None:
    left = struck(BAR, PerformedKnobs(densities={"snare": -1.0, "hats": 0.0}))
    gone = struck(BAR, PLAIN) - left
    assert gone == {(hit.tick, SNARE) for hit in GHOSTS}


# ---- silence
def test_a_bar_whose_every_hit_the_knobs_take_away_keeps_its_most_important_one() -> None:
    ghosts = Bar.of(GHOSTS)
    (left,) = strokes(ghosts, replace(PLAIN, ghost=0.0))
    assert (left.voice, left.score) == (SNARE, 1320)
    assert strokes(ghosts, replace(PLAIN, ghost=0.0, muted=frozenset({SNARE}))) == ()
    assert strokes(ghosts, replace(PLAIN, levels={SNARE: 0.0})) == ()


def test_of_what_a_kit_lacks_nothing_is_left_and_something_of_the_rest() -> None:
    thinned = PerformedKnobs(density=0)
    bar = Bar.of([Hit(0, KICK, 100), Hit(360, HAT, 40)])
    assert [stroke.voice for stroke in strokes(bar, thinned)] == [KICK]
    assert [stroke.voice for stroke in strokes(bar, thinned, frozenset({HAT}))] == [HAT]
    assert strokes(bar, thinned, frozenset({SNARE})) == ()
