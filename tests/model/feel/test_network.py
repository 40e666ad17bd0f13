"""The feel network learns, and reads what it should."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.score.notes import Bar, Hit, Voice
from model.feel.inputs import Window, stack
from model.feel.network import OFFSETS, VELOCITIES
from model.training.train_feel import FeelBatch, losses
from tests.model.small import BEAT, small_feel

OTHER = Bar.of([Hit(0, Voice.KICK, 90, 12), Hit(500, Voice.SNARE, 30, -7)])


@pytest.mark.long
def test_a_batch_can_be_learned_by_heart() -> None:
    network = small_feel().trained.network.train()
    batch = FeelBatch.of([Window([BEAT, OTHER], 100.0, {0: 1.0}), Window([OTHER], 90.0)], 2)
    optimizer = torch.optim.Adam(network.parameters(), 0.01)
    first = [loss.item() for loss in losses(network, batch)]
    for _ in range(120):
        late, hard = losses(network, batch)
        optimizer.zero_grad()
        (late + hard).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert min(first) > 2.0
    assert late.item() < 0.1 and hard.item() < 0.1


def test_a_window_is_read_the_same_beside_a_longer_one() -> None:
    network = small_feel(1).trained.network
    short, long = Window([OTHER], 100.0), Window([BEAT, BEAT], 120.0)
    alone, beside = network(stack([short], 2)), network(stack([long, short], 2))
    for one, two, classes in zip(alone, beside, (OFFSETS, VELOCITIES), strict=True):
        assert one.shape == (1, 2, classes)
        assert torch.allclose(one[0], two[1, :2], atol=1e-5)


def test_offsets_and_velocities_of_the_bars_are_not_read() -> None:
    bare = OTHER.with_hits(replace(hit, offset=0, velocity=64) for hit in OTHER.hits)
    one, two = stack([Window([OTHER], 100.0)], 2), stack([Window([bare], 100.0)], 2)
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))


def test_style_tempo_neighbours_marks_and_the_kind_of_score_are_read() -> None:
    network = small_feel(2).trained.network
    torch.nn.init.normal_(network.near.weight)
    plain = Window([OTHER, BEAT], 100.0, {0: 1.0})
    first = network(stack([plain], 2))[0][0, :2]
    for other in (
        replace(plain, style={1: 1.0}),
        replace(plain, style={0: 0.5, 1: 0.5}),
        replace(plain, bpm=140.0),
        replace(plain, bars=[OTHER, OTHER]),
        replace(plain, bars=[replace(OTHER, fill=True), BEAT]),
        replace(plain, marks=[3] * (2 + len(BEAT.hits))),
        replace(plain, plain=True),
    ):
        assert not torch.allclose(network(stack([other], 2))[0][0, :2], first, atol=1e-4), other
