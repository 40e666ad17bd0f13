"""The built-in styles can be played, hold together, and say where they are known from."""

import pickle
from itertools import pairwise

import pytest

from engine.feel.strokes import PerformedKnobs, swinging
from engine.feel.swing import swung, written_beats
from engine.score.grid import FOUR_FOUR, METERS, Meter
from engine.score.notes import Bar, Voice, on_triplets
from engine.score.playable import faults
from engine.score.style import MARKS, Style
from tests.styles import BANK, UNTRAINED

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
    *("rp_boo", "squarepusher", "zigaboo_modeliste", "elvin_jones"),
]
TRAINED = GROOVE + AUTHORED + GENRES + ARTISTS
DRUMMERS = [style for style in BANK.values() if style.hands]
FEET = {Voice.KICK, Voice.PEDAL_HAT}
SIXTEENTH, THIRTY_SECOND = 120, 60
BEATS = (0, 480, 960, 1440)

styles = pytest.mark.parametrize("style", BANK.values(), ids=list(BANK))
trained = pytest.mark.parametrize("style", [BANK[name] for name in TRAINED], ids=TRAINED)
drummers = pytest.mark.parametrize("style", DRUMMERS, ids=[style.name for style in DRUMMERS])


def test_the_bank_holds_the_styles_of_groove_and_the_authored_ones_by_name() -> None:
    assert sorted(BANK) == sorted([*TRAINED, *UNTRAINED])


def test_the_bank_is_wide() -> None:
    assert len(BANK) >= 40
    assert len([style for style in BANK.values() if style.kind != "genre"]) >= 20


def test_every_new_artist_is_a_drummer_with_hands_or_a_producer_without() -> None:
    kinds = {name: BANK[name].kind for name in ARTISTS}
    assert {name for name in ARTISTS if BANK[name].hands} == {
        name for name, kind in kinds.items() if kind == "drummer"
    }
    assert set(kinds.values()) == {"drummer", "producer"}


@trained
def test_a_style_is_trained_under_its_own_name_and_leans_on_played_ones_only(style: Style) -> None:
    assert style.mixture[style.name] >= 0.6
    assert sum(style.mixture.values()) == pytest.approx(1)
    assert set(style.mixture) - {style.name} <= set(GROOVE)


@pytest.mark.parametrize("name", UNTRAINED)
def test_a_style_that_nobody_trained_leans_on_trained_ones_or_plays_its_own(name: str) -> None:
    mixture = BANK[name].mixture
    assert set(mixture) <= set(TRAINED)
    assert not mixture or sum(mixture.values()) == pytest.approx(1)


@trained
def test_only_a_player_leans_on_the_styles_of_players(style: Style) -> None:
    if style.kind != "drummer":
        assert style.mixture == {style.name: 1.0}


@styles
def test_a_style_has_enough_of_its_own_in_four_four(style: Style) -> None:
    enough = dict.fromkeys([*AUTHORED, *UNTRAINED], (8, 4)) | dict.fromkeys(
        GENRES + ARTISTS, (9, 4)
    )
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


def theme(name: str) -> Bar:
    return BANK[name].beats(FOUR_FOUR)[0]


def struck(bar: Bar, *voices: Voice, over: int = 0) -> set[int]:
    """Ticks at which a bar strikes one of the voices with more than a velocity."""
    return {hit.tick for hit in bar.hits if hit.voice in voices and hit.velocity > over}


def backbeats(bar: Bar) -> set[int]:
    return struck(bar, Voice.SNARE, Voice.CLAP, over=89)


@pytest.mark.parametrize("name", ["trap", "metro_boomin"])
def test_trap_is_half_time(name: str) -> None:
    for bar in BANK[name].beats(FOUR_FOUR):
        assert 960 in backbeats(bar)
        assert not backbeats(bar) & {480, 1440}


@pytest.mark.parametrize(
    "name",
    [
        *("house", "techno", "dance", "disco", "jeff_mills", "larry_heard", "hardcore"),
        *("steppers", "samba", "swing"),
    ],
)
def test_the_kick_is_on_every_beat_of_the_floor(name: str) -> None:
    for bar in BANK[name].beats(FOUR_FOUR):
        assert set(BEATS) <= struck(bar, Voice.KICK)


@pytest.mark.parametrize(
    "name", ["rock", "funk", "soul", "boom_bap", "drum_and_bass", "punk", "motown", "jungle"]
)
def test_the_first_backbeat_stays_on_two(name: str) -> None:
    for bar in BANK[name].beats(FOUR_FOUR):
        assert {480} <= backbeats(bar)


def test_dilla_repeats_his_feel_identically() -> None:
    feel = BANK["j_dilla"].feel
    assert (feel.drift, feel.spread) == (0, 0)
    assert feel.offset(Voice.SNARE, 480) < 0 < feel.offset(Voice.CLOSED_HAT, 480)


def test_reggaeton_answers_its_four_kicks_three_three_two() -> None:
    assert struck(theme("reggaeton"), Voice.KICK) == set(BEATS)
    assert struck(theme("reggaeton"), Voice.SNARE) == {360, 720, 1320, 1680}


def test_dancehall_strikes_three_three_two_on_rim_and_snare() -> None:
    assert struck(theme("dancehall"), Voice.SIDE_STICK, Voice.SNARE) == {360, 720, 1320, 1680}


def test_disco_opens_its_hats_between_the_beats() -> None:
    assert struck(theme("disco"), Voice.OPEN_HAT) == {240, 720, 1200, 1680}


def test_footwork_kicks_in_threes_and_claps_on_four() -> None:
    assert struck(theme("footwork"), Voice.KICK) == {0, 360, 720, 960, 1320}
    assert struck(theme("footwork"), Voice.CLAP) == {1440}


def test_drill_is_half_time_with_its_hats_in_threes() -> None:
    assert min(backbeats(theme("drill"))) == 960
    assert struck(theme("drill"), Voice.CLOSED_HAT) == {0, 360, 720, 960, 1320, 1680}


def test_rp_boo_has_toms_where_the_kick_is_not() -> None:
    toms = struck(theme("rp_boo"), Voice.HIGH_TOM, Voice.LOW_TOM)
    assert len(toms) >= 6
    assert not toms & struck(theme("rp_boo"), Voice.KICK)


@pytest.mark.parametrize("name", BANK)
def test_a_style_that_stands_on_triplets_says_that_it_is_written_in_its_swing(name: str) -> None:
    style, beats = BANK[name], BANK[name].beats(FOUR_FOUR)
    triplets = sum(on_triplets(bar.hits) for bar in beats)
    assert (2 * triplets > len(beats)) == (style.written is not None and style.swing_grid == 8)
    assert style.written in (None, (style.swing, style.swing_grid))


@pytest.mark.parametrize("name", BANK)
def test_at_its_own_swing_what_a_style_writes_in_it_stays(name: str) -> None:
    style = BANK[name]
    knobs = PerformedKnobs(style.swing, style.swing_grid, style.written)
    for bar in style.bars if style.written else ():
        falls, beats = swinging(bar, knobs), written_beats(bar, style.written)
        stay = [hit for hit in bar.hits if hit.tick // 480 in beats or hit.tick % 60]
        assert [falls(hit) for hit in stay] == [hit.tick for hit in stay]


@pytest.mark.parametrize("name", ["bernard_purdie", "elvin_jones"])
def test_a_triplet_drummer_stands_on_triplets(name: str) -> None:
    for bar in BANK[name].beats(FOUR_FOUR):
        assert {hit.tick % 480 for hit in bar.hits} <= {0, 160, 320}
        assert on_triplets(bar.hits)


def test_purdie_has_one_backbeat_on_three_and_ghosts_in_the_middle_of_the_triplets() -> None:
    shuffle = theme("bernard_purdie")
    assert backbeats(shuffle) == {960}
    assert struck(shuffle, Voice.SNARE) - {960} == {160, 640, 1120, 1600}
    assert struck(shuffle, Voice.CLOSED_HAT) == {b + t for b in BEATS for t in (0, 320)}


def test_porcaros_swing_puts_his_hats_around_the_ghosts_of_the_shuffle() -> None:
    style, shuffle = BANK["jeff_porcaro"], theme("jeff_porcaro")
    hats = {round(swung(t, style.swing, 16)) for t in struck(shuffle, Voice.CLOSED_HAT)}
    ghosts = struck(shuffle, Voice.SNARE) - backbeats(shuffle)
    assert backbeats(shuffle) == {480, 1440}
    assert hats == {half + t for half in range(0, 1920, 240) for t in (0, 160)}
    assert ghosts <= {half + 80 for half in range(0, 1920, 240)}


def test_elvin_leans_on_the_last_of_the_triplet_and_leaves_no_triplet_empty() -> None:
    bar = theme("elvin_jones")
    assert struck(bar, Voice.RIDE, over=110) == {320, 1280}
    assert {hit.tick for hit in bar.hits} == set(range(0, 1920, 160))


def test_stubblefields_second_backbeat_comes_an_eighth_late() -> None:
    assert backbeats(theme("clyde_stubblefield")) == {480, 1680}
    assert len(struck(theme("clyde_stubblefield"), Voice.CLOSED_HAT)) == 16


def test_tony_allen_has_no_plain_backbeat() -> None:
    for bar in BANK["tony_allen"].beats(FOUR_FOUR):
        assert not {480, 1440} & struck(bar, Voice.SNARE, over=100)


@pytest.mark.parametrize("name", ["tony_allen", "zigaboo_modeliste"])
def test_a_linear_theme_gives_hat_and_snare_a_place_each(name: str) -> None:
    assert not struck(theme(name), Voice.CLOSED_HAT) & struck(theme(name), Voice.SNARE)


def test_sly_marches_on_four_and_drops_on_three() -> None:
    assert struck(theme("sly_dunbar"), Voice.KICK) == set(BEATS)
    assert backbeats(theme("sly_dunbar")) == {960}


@pytest.mark.parametrize("name", ["timbaland", "squarepusher"])
def test_an_edited_theme_has_thirty_seconds(name: str) -> None:
    assert any(hit.tick % SIXTEENTH == THIRTY_SECOND for hit in theme(name).hits)


def test_the_neptunes_leave_the_hats_out() -> None:
    assert not struck(theme("the_neptunes"), Voice.CLOSED_HAT, Voice.OPEN_HAT)
    assert backbeats(theme("the_neptunes")) == {480, 1440}


def test_two_step_skips_the_third_beat() -> None:
    assert 960 not in struck(theme("burial"), Voice.KICK)
    assert struck(theme("burial"), Voice.SIDE_STICK) == {480, 1440}


def test_burial_has_his_rim_beside_the_grid_and_the_clap_behind_it() -> None:
    feel = BANK["burial"].feel
    assert feel.offset(Voice.SIDE_STICK, 480) < 0 < feel.offset(Voice.SIDE_STICK, 1440)
    assert all(
        feel.offset(Voice.CLAP, tick) > feel.offset(Voice.SIDE_STICK, tick) for tick in (480, 1440)
    )


def test_todd_edwards_cuts_his_swung_hats_anew_on_every_beat() -> None:
    hats = struck(theme("todd_edwards"), Voice.CLOSED_HAT)
    cuts = {tuple(sorted(tick - beat for tick in hats if 0 <= tick - beat < 480)) for beat in BEATS}
    assert len(cuts) == 4
    assert BANK["todd_edwards"].swing > 60


def test_questlove_lays_the_backbeat_back() -> None:
    feel = BANK["questlove"].feel
    assert feel.offset(Voice.SNARE, 480) > feel.offset(Voice.CLOSED_HAT, 480) >= 0


def test_metal_runs_sixteenths_on_both_feet() -> None:
    assert struck(theme("metal"), Voice.KICK) == set(range(0, 1920, SIXTEENTH))
    assert backbeats(theme("metal")) == {480, 1440}


def test_a_ballad_clicks_the_rim_on_two_and_four_over_soft_hats() -> None:
    assert struck(theme("ballad"), Voice.SIDE_STICK) == {480, 1440}
    assert not struck(theme("ballad"), Voice.CLOSED_HAT, over=80)


@pytest.mark.parametrize("name", ["blues_shuffle", "swing"])
def test_a_shuffle_and_big_band_time_stand_on_triplets(name: str) -> None:
    for bar in BANK[name].beats(FOUR_FOUR):
        assert {hit.tick % 480 for hit in bar.hits} <= {0, 160, 320}


def test_the_double_shuffle_is_in_both_hands() -> None:
    shuffle = {beat + part for beat in BEATS for part in (0, 320)}
    double = BANK["blues_shuffle"].beats(FOUR_FOUR)[1]
    assert struck(double, Voice.SNARE) == struck(double, Voice.CLOSED_HAT) == shuffle


def test_swing_opens_the_hats_on_one_and_three_and_feathers_the_kick() -> None:
    assert struck(theme("swing"), Voice.OPEN_HAT) == {0, 960}
    assert struck(theme("swing"), Voice.CLOSED_HAT) == {480, 800, 1440, 1760}
    assert not struck(theme("swing"), Voice.KICK, over=60)


def test_motown_has_the_snare_on_all_four_and_a_tambourine_on_the_backbeat() -> None:
    assert struck(theme("motown"), Voice.SNARE) == set(BEATS)
    assert struck(theme("motown"), Voice.PERCUSSION) == {480, 1440}


def test_boogaloo_claps_on_two_and_four_over_a_kick_in_threes() -> None:
    assert struck(theme("boogaloo"), Voice.CLAP) == {480, 1440}
    assert struck(theme("boogaloo"), Voice.KICK) == {0, 720, 1440}


def test_bossa_nova_whispers_its_clave_over_a_heartbeat() -> None:
    bossa = theme("bossa_nova")
    assert struck(bossa, Voice.SIDE_STICK) == {0, 360, 720, 1200, 1560}
    assert struck(bossa, Voice.KICK) == {beat + part for beat in BEATS for part in (0, 360)}
    assert max(hit.velocity for bar in BANK["bossa_nova"].beats(FOUR_FOUR) for hit in bar.hits) < 90


def test_samba_answers_with_the_surdo_on_two_and_four_and_leaves_no_sixteenth_out() -> None:
    for bar in BANK["samba"].beats(FOUR_FOUR):
        assert struck(bar, Voice.KICK, over=110) == {480, 1440}
        assert len({hit.tick for hit in bar.hits}) == 16


def test_one_drop_has_nothing_below_the_hats_but_kick_and_stick_on_three() -> None:
    for bar in BANK["one_drop"].beats(FOUR_FOUR):
        assert struck(bar, Voice.KICK) == {960}
        assert 960 in struck(bar, Voice.SIDE_STICK, Voice.SNARE)
        assert not {0, 480, 1440} & struck(bar, Voice.SIDE_STICK, Voice.SNARE)


def test_steppers_march_and_answer_on_three() -> None:
    for bar in BANK["steppers"].beats(FOUR_FOUR):
        assert struck(bar, Voice.KICK) == set(BEATS)
        assert struck(bar, Voice.SIDE_STICK, Voice.SNARE, over=110) == {960}


def test_trip_hop_stumbles_into_the_third_beat_behind_a_late_backbeat() -> None:
    assert struck(theme("trip_hop"), Voice.KICK) == {0, 720, 1080}
    feel = BANK["trip_hop"].feel
    assert feel.offset(Voice.SNARE, 480) > feel.offset(Voice.SNARE, 1440) > 0


def test_jungle_cuts_its_break_anew_in_every_pattern() -> None:
    assert struck(theme("jungle"), Voice.SNARE) == {480, 840, 1080, 1440, 1800}
    assert struck(theme("jungle"), Voice.KICK) == {0, 240, 1200, 1320}
    cuts = {frozenset(struck(bar, Voice.SNARE)) for bar in BANK["jungle"].beats(FOUR_FOUR)}
    assert len(cuts) >= 8


def test_hardcore_knows_no_soft_kick() -> None:
    for bar in BANK["hardcore"].beats(FOUR_FOUR):
        assert set(BEATS) <= struck(bar, Voice.KICK, over=110)


@pytest.mark.long
def test_a_style_travels_between_processes() -> None:
    assert pickle.loads(pickle.dumps(BANK)) == BANK
