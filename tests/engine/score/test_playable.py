from hypothesis import given, settings
from hypothesis import strategies as st

from engine.score.grid import METERS, Meter
from engine.score.notes import Bar, Hit, Voice, in_order
from engine.score.playable import (
    CLOSEST,
    FARTHEST,
    FEET,
    GRACE,
    GRACED,
    HANDS,
    MACHINE_VOICES,
    faults,
    repaired,
)
from tests.engine.stage import BACKBEAT, CRASH, HAT, HATS, KICK, PULSE_KICK, SNARE

ANY_HITS = st.lists(
    st.builds(
        Hit,
        st.one_of(st.integers(0, 500), st.integers(-100, 3000)),
        st.sampled_from(Voice),
        st.integers(-10, 200),
        st.integers(-300, 300),
    ),
    max_size=150,
)


def test_a_bar_that_can_be_played_stays_as_it_is() -> None:
    bar = Bar.of([*HATS, *BACKBEAT, *PULSE_KICK])
    assert faults(bar) == []
    assert repaired(bar) == bar


def test_two_hands_strike_two_things_at_once_and_feet_help() -> None:
    chord = [Hit(0, voice, 100) for voice in (KICK, Voice.PEDAL_HAT, SNARE, HAT, CRASH, Voice.RIDE)]
    struck = [hit.voice for hit in repaired(Bar.of(chord)).hits]
    assert struck == [KICK, SNARE, Voice.PEDAL_HAT, CRASH]
    assert len(repaired(Bar.of(chord), hands=False).hits) == MACHINE_VOICES
    assert faults(Bar.of(chord)) == ["2 hits that cannot be played"]


def test_an_accent_stays_and_a_grace_note_too_near_to_it_goes() -> None:
    flam, early, accent = Hit(460, SNARE, 30), Hit(470, SNARE, 40), Hit(480, SNARE, 110)
    assert repaired(Bar.of([early, accent])).hits == (accent,)
    assert repaired(Bar.of([flam, accent])).hits == (flam, accent)


def test_a_fast_roll_on_a_cymbal_keeps_every_other_stroke() -> None:
    roll = [Hit(tick, HAT, 80) for tick in range(0, 240, 30)]
    ticks = [hit.tick for hit in repaired(Bar.of(roll)).hits]
    assert ticks == [0, 60, 120, 180]


def test_what_is_out_of_range_is_brought_into_it() -> None:
    bar = Bar((Hit(0, KICK, 300, 500), Hit(480, SNARE, -5, -500)))
    assert repaired(bar).hits == (Hit(0, KICK, 127, FARTHEST), Hit(480, SNARE, 1, -FARTHEST))
    assert faults(bar) == ["hits out of order or out of range"]


def test_a_bar_of_nothing_has_a_fault() -> None:
    assert faults(Bar()) == ["nothing to play"]
    assert faults(Bar((Hit(1920, KICK, 100), Hit(-1, KICK, 100)))) == ["nothing to play"]


@given(ANY_HITS, st.sampled_from(list(METERS.values())), st.booleans(), st.floats())
@settings(max_examples=150, deadline=None)
def test_a_repaired_bar_can_be_played_and_repairing_it_again_changes_nothing(
    hits: list[Hit], meter: Meter, hands: bool, density: float
) -> None:
    bar = repaired(
        Bar(tuple(hits), meter, density=density, intensity=-density, ghosts=density), hands
    )
    assert repaired(bar, hands) == bar
    assert faults(bar, hands) == ([] if bar.hits else ["nothing to play"])
    assert all(0.0 <= made <= 1.0 for made in (bar.density, bar.intensity, bar.ghosts))
    assert bar.hits == in_order(bar.hits)
    last: dict[Voice, int] = {}
    for hit in bar.hits:
        assert 0 <= hit.tick < meter.bar_ticks
        assert 1 <= hit.velocity <= 127
        assert abs(hit.offset) <= FARTHEST
        closest = GRACE if hit.voice in GRACED else CLOSEST
        assert hit.tick - last.get(hit.voice, -CLOSEST) >= closest
        last[hit.voice] = hit.tick
    for tick in {hit.tick for hit in bar.hits}:
        chord = [hit for hit in bar.hits if hit.tick == tick]
        by_hand = [hit for hit in chord if hit.voice not in FEET]
        assert len(by_hand) <= HANDS if hands else len(chord) <= MACHINE_VOICES


@given(ANY_HITS)
@settings(max_examples=50, deadline=None)
def test_a_wall_of_hits_is_cut_to_sixteen_a_beat(hits: list[Hit]) -> None:
    wall = [Hit(tick, voice, 100) for tick in range(0, 1920, 40) for voice in (HAT, SNARE, KICK)]
    assert len(repaired(Bar((*wall, *hits))).hits) == 64
