"""A short soak; the hour is benchmarks/soak.py's."""

import pytest

from benchmarks.soak import MORE, play
from tests.rig import require

pytestmark = [pytest.mark.jack, pytest.mark.foreign, pytest.mark.stage, pytest.mark.long]


def test_nothing_is_silent_or_hangs_while_everything_happens() -> None:
    require()
    soaked = play(0.75)
    assert soaked.bars > 15
    assert (soaked.silent, soaked.hanging, soaked.died) == ([], set(), [])
    assert all(soaked.happened.values()), soaked.happened
    for (_, _), (_, before), (_, after) in soaked.stood.values():
        assert after - before <= MORE + 2  # a page may be there
