"""Whatever bytes come in on stage, nothing is raised and what goes out is MIDI."""

from random import Random

import pytest

from tests.stage_fuzz import StageFuzz, rounds


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_damaged_messages_raise_nothing(seed: int) -> None:
    assert sum(rounds(seed, 1500)) > 50_000


@pytest.mark.long
def test_noise_raises_nothing() -> None:
    dice, stage = Random(4), StageFuzz(4)
    for _ in range(3000):
        stage.midi(dice.randbytes(dice.randrange(20)))
        stage.datagram(dice.randbytes(dice.randrange(60)))
    assert stage.faults.kinds()
