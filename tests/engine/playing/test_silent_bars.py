"""No bar is silent that nobody muted, wherever its knobs stand."""

import pytest

from engine.playing.events import Turned
from engine.score.notes import GROUPS, Hit, Voice
from tests.engine.stage import ON, Drummer, Stage


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


@pytest.mark.long
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
