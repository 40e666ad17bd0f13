"""The built-in styles can be played, hold together, and say where they are known from."""

import pickle
from itertools import pairwise

import pytest

from engine.grid import FOUR_FOUR, METERS, Meter
from engine.notes import Bar, Voice
from engine.style import MARKS, Style
from engine.validate import faults
from mappings.styles import load_styles

GROOVE = [
    *("rock", "funk", "hiphop", "latin", "jazz", "afrocuban", "soul", "punk", "neworleans"),
    *("pop", "country", "reggae", "gospel", "afrobeat", "dance", "highlife", "blues"),
    "middleeastern",
]
AUTHORED = [
    *("boom_bap", "j_dilla", "trap", "metro_boomin", "house", "techno", "drum_and_bass"),
    *("john_bonham", "uk_garage", "lofi"),
]
GENRES = [
    *("drill", "breakbeat", "reggaeton", "dancehall", "amapiano", "footwork", "electro", "disco"),
]
ARTISTS = [
    *("questlove", "clyde_stubblefield", "bernard_purdie", "tony_allen", "jeff_porcaro"),
    *("dj_premier", "madlib", "timbaland", "the_neptunes", "sly_dunbar"),
    *("todd_edwards", "jeff_mills", "larry_heard", "photek", "burial"),
]
BANK = load_styles()
DRUMMERS = [style for style in BANK.values() if style.hands]
FEET = {Voice.KICK, Voice.PEDAL_HAT}
SIXTEENTH, THIRTY_SECOND = 120, 60

styles = pytest.mark.parametrize("style", BANK.values(), ids=list(BANK))
drummers = pytest.mark.parametrize("style", DRUMMERS, ids=[style.name for style in DRUMMERS])


def test_the_bank_holds_the_styles_of_groove_and_the_authored_ones_by_name() -> None:
    assert list(BANK) == sorted(GROOVE + AUTHORED + GENRES + ARTISTS)


@styles
def test_a_style_is_trained_under_its_own_name_and_leans_on_played_ones_only(style: Style) -> None:
    assert style.mixture[style.name] >= 0.6
    assert sum(style.mixture.values()) == pytest.approx(1)
    assert set(style.mixture) - {style.name} <= set(GROOVE)


@styles
def test_only_a_player_leans_on_the_styles_of_players(style: Style) -> None:
    if style.kind != "drummer":
        assert style.mixture == {style.name: 1.0}


@styles
def test_a_style_has_enough_of_its_own_in_four_four(style: Style) -> None:
    enough = dict.fromkeys(AUTHORED, (8, 4)) | dict.fromkeys(GENRES + ARTISTS, (9, 4))
    beats, fills = enough.get(style.name, (6, 3))
    assert len(style.beats(FOUR_FOUR)) >= beats
    assert len(style.fills(FOUR_FOUR)) >= fills


@styles
@pytest.mark.parametrize("meter", METERS.values(), ids=str)
def test_a_style_plays_beats_and_fills_in_every_meter(style: Style, meter: Meter) -> None:
    assert {bar.fill for bar in style.bars if bar.meter == meter} == {False, True}
    for bar in style.bars:
        assert bar.hits
        assert (bar.style, bar.source) == (style.name, "template")


@drummers
def test_two_hands_and_two_feet_can_play_every_bar_of_a_drummer(style: Style) -> None:
    for bar in style.bars:
        struck = [hit.tick for hit in bar.hits if hit.voice not in FEET]
        for tick in struck:
            assert struck.count(tick) <= 2, (tick, bar)
            # three strokes a sixteenth is a drag against the other hand; four is two rolls
            assert sum(tick <= other < tick + SIXTEENTH for other in struck) <= 3, (tick, bar)


@styles
def test_no_voice_is_struck_twice_within_a_thirty_second(style: Style) -> None:
    for bar in style.bars:
        for voice in Voice:
            ticks = [hit.tick for hit in bar.hits if hit.voice is voice]
            gaps = [b - a for a, b in pairwise(ticks)]
            assert min(gaps, default=THIRTY_SECOND) >= THIRTY_SECOND, (voice, bar)


@styles
def test_a_hi_hat_is_either_open_or_closed(style: Style) -> None:
    for bar in style.bars:
        for tick in {hit.tick for hit in bar.hits}:
            voices = {hit.voice for hit in bar.hits if hit.tick == tick}
            assert len(voices & {Voice.OPEN_HAT, Voice.CLOSED_HAT}) <= 1, bar
            assert not {Voice.OPEN_HAT, Voice.PEDAL_HAT} <= voices, bar


@styles
def test_the_engine_finds_nothing_to_mend(style: Style) -> None:
    assert [faults(bar, style.hands) for bar in style.bars if faults(bar, style.hands)] == []


@styles
def test_the_density_is_that_of_its_four_four(style: Style) -> None:
    counts = [len(bar.hits) for bar in style.bars if bar.meter == FOUR_FOUR]
    assert (min(counts), max(counts)) == style.density


@styles
def test_every_figure_of_the_feel_has_a_source(style: Style) -> None:
    said = {source.figure for source in style.sources}
    assert said >= {"tempo", "swing", "drift", "spread", "ghosts", "density", "patterns"}
    assert ("offsets" in said) == bool(style.feel.offsets)
    assert all(source.mark in MARKS for source in style.sources)


@styles
def test_milliseconds_are_a_design_choice_everywhere(style: Style) -> None:
    assert {s.mark for s in style.sources if s.figure in ("offsets", "tempo")} == {"design choice"}


@styles
def test_drummers_drift_and_machines_hardly(style: Style) -> None:
    if style.hands:
        assert 5 <= style.feel.drift <= 8
        assert 4 <= style.feel.spread <= 6
    else:
        assert 0 <= style.feel.drift <= 2
        assert 0 <= style.feel.spread <= 2


def backbeats(bar: Bar) -> set[int]:
    return {
        hit.tick
        for hit in bar.hits
        if hit.voice in (Voice.SNARE, Voice.CLAP) and hit.velocity >= 90
    }


@pytest.mark.parametrize("name", ["trap", "metro_boomin"])
def test_trap_is_half_time(name: str) -> None:
    for bar in BANK[name].beats(FOUR_FOUR):
        assert 960 in backbeats(bar)
        assert not backbeats(bar) & {480, 1440}


@pytest.mark.parametrize("name", ["house", "techno", "dance"])
def test_the_kick_is_on_every_beat_of_the_floor(name: str) -> None:
    for bar in BANK[name].beats(FOUR_FOUR):
        assert {0, 480, 960, 1440} <= {h.tick for h in bar.hits if h.voice is Voice.KICK}


@pytest.mark.parametrize("name", ["rock", "funk", "soul", "boom_bap", "drum_and_bass", "punk"])
def test_the_first_backbeat_stays_on_two(name: str) -> None:
    for bar in BANK[name].beats(FOUR_FOUR):
        assert {480} <= backbeats(bar)


def test_dilla_repeats_his_feel_identically() -> None:
    feel = BANK["j_dilla"].feel
    assert (feel.drift, feel.spread) == (0, 0)
    assert feel.offset(Voice.SNARE, 480) < 0 < feel.offset(Voice.CLOSED_HAT, 480)


def test_a_style_travels_between_processes() -> None:
    assert pickle.loads(pickle.dumps(BANK)) == BANK
