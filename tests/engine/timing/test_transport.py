import pytest

from engine.errors import DrumigenError, TransitionError
from engine.timing.transport import SOUNDING, TABLE, Cue, TransportState, moved

ROWS = """
stopped: go armed, clock stopped, run playing, stop stopped
armed:   go armed, clock playing, run playing, stop stopped
playing: go armed, clock playing, run playing, stop stopped, silence lost
lost:    go armed, clock playing, run playing, stop stopped, timeout gone
gone:    go armed, clock playing, run playing, stop stopped, timeout stopped
"""
EXPECTED = {
    (TransportState(state.strip()), Cue(cue)): TransportState(after)
    for state, _, moves in (row.partition(":") for row in ROWS.strip().splitlines())
    for cue, after in (move.split() for move in moves.split(","))
}


@pytest.mark.parametrize("state", TransportState)
@pytest.mark.parametrize("cue", Cue)
def test_every_row_of_the_table_and_a_missing_one_raises(state: TransportState, cue: Cue) -> None:
    if (state, cue) in EXPECTED:
        assert moved(state, cue) is EXPECTED[state, cue]
    else:
        with pytest.raises(
            TransitionError, match=f"no transition from {state.value} by {cue.value}"
        ):
            moved(state, cue)


def test_the_table_has_no_other_rows() -> None:
    assert TABLE == EXPECTED


def test_a_missing_row_is_a_bug_of_ours() -> None:
    assert issubclass(TransitionError, DrumigenError)


def test_it_sounds_while_playing_and_while_the_clock_is_lost() -> None:
    assert {TransportState.PLAYING, TransportState.LOST} == SOUNDING
