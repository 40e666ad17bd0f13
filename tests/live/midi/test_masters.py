"""One port's clock leads; the others are said and ignored until it is gone."""

import pytest

from live.midi.masters import CONTINUE, GONE, START, STOP, TICK, Masters

POSITION = 0xF2


@pytest.fixture
def masters() -> Masters:
    """Live leads and plays."""
    masters = Masters()
    assert masters.leads("Live", START, 1.0)
    assert masters.leads("Live", TICK, 1.0)
    return masters


@pytest.mark.parametrize("status", [TICK, START, CONTINUE, STOP, POSITION])
def test_another_that_sends_is_ignored_and_said(masters: Masters, status: int) -> None:
    assert not masters.leads("box", status, 1.1)
    assert masters.others == 1
    assert masters.said == "box sends a clock too: ignored until that of Live is gone"
    assert masters.leads("Live", TICK, 1.2)


def test_it_is_counted_when_it_begins_not_at_each_message(masters: Masters) -> None:
    for number in range(1000):
        masters.leads("Live", TICK, 1.0 + number / 48)
        masters.leads("box", TICK, 1.01 + number / 48)
    assert masters.others == 1
    masters.leads("Live", TICK, 40.0)
    masters.leads("box", TICK, 40.1)
    assert masters.others == 2


def test_another_leads_when_the_first_is_gone(masters: Masters) -> None:
    assert not masters.leads("box", TICK, 1.0 + GONE)
    assert masters.leads("box", TICK, 1.01 + GONE)
    assert not masters.leads("Live", TICK, 1.1 + GONE)


def test_who_only_ticks_gives_way_to_who_is_started(masters: Masters) -> None:
    masters.leads("Live", STOP, 2.0)
    assert masters.leads("Live", TICK, 2.1)
    assert not masters.leads("box", TICK, 2.1)
    assert masters.leads("box", CONTINUE, 2.2)
    assert not masters.leads("Live", TICK, 2.3)
    assert not masters.leads("Live", START, 2.4)


def test_nobody_is_said_where_there_is_one(masters: Masters) -> None:
    for number in range(100):
        assert masters.leads("Live", TICK, 1.0 + number * 3.0)
    assert (masters.others, masters.said) == (0, "")
