import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bars.fallback import improvise, pulse, timekeeper
from engine.bars.request import Request
from engine.score.grid import FOUR_FOUR, METERS, Meter
from engine.score.importance import syncopation
from engine.score.notes import Bar, Hit, Voice
from engine.score.playable import faults, repaired
from tests.engine.stage import CRASH, HAT, HATS, KICK, SNARE, STYLES, style


def request(name: str = "funk", **more: Any) -> Request:
    return replace(Request(0, 0, name, ()), **more)


REQUESTS = st.builds(
    Request,
    st.just(0),
    st.just(0),
    st.sampled_from(list(STYLES)),
    st.just(()),
    meter=st.sampled_from(list(METERS.values())),
    place=st.integers(0, 7),
    fill=st.booleans(),
    density=st.floats(0, 1),
    complexity=st.floats(0, 1),
    history=st.lists(
        st.sampled_from([*STYLES["funk"].bars[:3], *STYLES["shuffle"].bars, Bar()]), max_size=4
    ).map(tuple),
    seed=st.integers(0, 2**48),
)


@pytest.mark.long
@given(REQUESTS)
@settings(max_examples=300, deadline=None)
def test_the_same_request_gives_the_same_bar_and_it_can_be_played(wanted: Request) -> None:
    played_by = STYLES[wanted.style]
    bar = improvise(played_by, wanted)
    assert bar == improvise(played_by, wanted)
    assert bar.hits
    assert (bar.meter, bar.source, bar.style) == (wanted.meter, "fallback", wanted.style)
    assert (bar.fill, bar.density) == (wanted.fill, wanted.density)
    mended = repaired(bar, played_by.hands)
    assert mended.hits
    assert faults(mended, played_by.hands) == []


def test_a_style_without_patterns_gives_a_pulse() -> None:
    bare = style("bare", [Bar(style="bare"), Bar(style="bare", fill=True)])
    for fill in (False, True):
        bar = improvise(bare, request("bare", fill=fill, meter=Meter(5, 4)))
        assert {(hit.tick, hit.voice) for hit in bar.hits} >= {(0, KICK), (0, HAT), (960, SNARE)}


def test_a_style_without_fills_fills_with_its_beats() -> None:
    plain = style("plain", [bar for bar in STYLES["funk"].bars if not bar.fill])
    bar = improvise(plain, request("plain", fill=True))
    assert bar.fill
    assert (0, KICK) in {(hit.tick, hit.voice) for hit in bar.hits}


def test_the_pulse_of_every_meter() -> None:
    shapes = {
        name: ([h.tick for h in pulse(m).hits if h.voice is SNARE], len(pulse(m).hits))
        for name, m in METERS.items()
    }
    assert shapes == {
        "4/4": ([960], 6),
        "3/4": ([480], 5),
        "5/4": ([960], 7),
        "6/8": ([720], 8),
        "7/8": ([720], 9),
        "12/8": ([1440], 14),
    }


def test_after_a_fill_comes_a_crash_where_the_style_has_a_drummer() -> None:
    history = (STYLES["funk"].fills(FOUR_FOUR)[0],)
    first = {
        h.voice for h in improvise(STYLES["funk"], request(history=history)).hits if not h.tick
    }
    assert CRASH in first
    assert HAT not in first
    machine = improvise(STYLES["house"], request("house", history=history))
    assert CRASH not in {hit.voice for hit in machine.hits}


def test_a_style_that_has_no_crash_strikes_none_after_a_fill() -> None:
    history = (STYLES["funk"].fills(FOUR_FOUR)[0],)
    soft = replace(STYLES["funk"], crashes=False)
    assert CRASH not in {hit.voice for hit in improvise(soft, request(history=history)).hits}


def test_after_a_fill_another_fill_needs_no_crash() -> None:
    history = (STYLES["funk"].fills(FOUR_FOUR)[0],)
    bar = improvise(STYLES["funk"], request(history=history, fill=True))
    assert CRASH not in {hit.voice for hit in bar.hits}


@pytest.mark.parametrize("density", [0.2, 0.5, 1.0])
def test_a_shuffle_stays_on_its_triplets(density: float) -> None:
    for seed in range(60):
        wanted = request("shuffle", seed=seed, density=density, complexity=seed % 3 / 2)
        bar = improvise(STYLES["shuffle"], wanted)
        assert all(hit.tick % 160 == 0 for hit in bar.hits)


def test_a_straight_style_stays_on_its_sixteenths() -> None:
    for seed in range(60):
        bar = improvise(STYLES["funk"], request(seed=seed, density=seed / 59, complexity=0.9))
        assert all(hit.tick % 120 == 0 for hit in bar.hits)


def test_more_density_gives_more_hits() -> None:
    sizes = [len(improvise(STYLES["funk"], request(density=x / 10)).hits) for x in range(11)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[5] < sizes[10]


def test_complexity_chooses_the_more_syncopated_pattern() -> None:
    def syncopated(complexity: float) -> float:
        bars = [
            improvise(STYLES["funk"], request(seed=seed, complexity=complexity, place=1))
            for seed in range(100)
        ]
        return sum(syncopation(bar) for bar in bars)

    assert syncopated(0.0) < syncopated(1.0)
    assert syncopation(Bar()) == 0.0
    assert syncopation(Bar.of([Hit(0, KICK, 100)])) == 0.0
    assert syncopation(Bar.of([Hit(0, KICK, 100), Hit(120, KICK, 100)])) == 0.375


def test_small_changes_find_no_place_in_a_full_bar() -> None:
    snares = [Hit(tick, SNARE, 90) for tick in range(0, 1920, 120)]
    kicks = [Hit(tick, KICK, 90) for tick in range(0, 1920, 120)]
    full = style("full", [Bar.of([*snares, *kicks], style="full")], ghosts=0.5)
    for seed in range(40):
        bar = improvise(full, request("full", seed=seed, complexity=1.0))
        assert [hit.tick for hit in bar.hits] == [t for t in range(0, 1920, 120) for _ in (0, 1)]


def five_minutes(name: str) -> list[Bar]:
    """150 bars at 120 BPM, each made with the ones before it, a fill in every eighth."""
    history: list[Bar] = []
    for number in range(150):
        wanted = request(
            name,
            seed=number * 7919,
            place=number % 8,
            fill=number % 8 == 7,
            history=tuple(history[-4:]),
        )
        history.append(improvise(STYLES[name], wanted))
    return history


@pytest.mark.parametrize("name", STYLES)
def test_five_minutes_of_it_have_no_silence_and_do_not_stand_still(name: str) -> None:
    bars = five_minutes(name)
    assert all(bar.hits for bar in bars)
    longest = max(len(list(same)) for _, same in itertools.groupby(bars, key=lambda bar: bar.hits))
    assert longest == 1
    patterns = [frozenset((h.tick, h.voice) for h in bar.hits) for bar in bars if not bar.fill]
    assert len(set(patterns)) >= 4
    theme = max(patterns.count(pattern) for pattern in set(patterns))
    assert theme >= len(patterns) * 0.2, "no theme comes back"
    standing = max(len(list(same)) for _, same in itertools.groupby(patterns))
    assert standing <= 10


def test_hats_lead_what_is_added() -> None:
    bar = improvise(style("hats", [Bar.of(HATS, style="hats")]), request("hats", density=1.0))
    assert {hit.voice for hit in bar.hits} <= {HAT, KICK}
    assert len([hit for hit in bar.hits if hit.voice is HAT]) >= 12


def test_a_crash_on_the_bar_line_and_another_timekeeper_wait_for_a_new_phrase() -> None:
    on_hats = Bar.of(HATS, style="kit")
    on_ride = Bar.of((Hit(h.tick, Voice.RIDE, 70) for h in HATS), style="kit")
    opening = Bar.of([*HATS, Hit(0, CRASH, 110)], style="kit")
    kit = style("kit", [on_hats, on_ride, opening])
    played = {
        place: {
            (timekeeper(bar), any(h.voice is CRASH for h in bar.hits))
            for seed in range(200)
            for bar in [improvise(kit, request("kit", place=place, history=(on_hats,), seed=seed))]
        }
        for place in (3, 4)
    }
    assert played[3] == {(HAT, False)}
    assert played[4] == {(HAT, False), (HAT, True), (Voice.RIDE, False)}
    assert timekeeper(on_ride) is Voice.RIDE
