"""The network: its cache, its conditions, and that it can learn."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.score.notes import Bar, Hit, Voice
from model.composer.conditions import Asked, stack
from model.composer.tokens import BAR, POSITIONS, VELOCITY_STEPS, VOICES, miditok_vocabulary
from model.composer.transformer import (
    UNTOLD,
    Conditions,
    StrokeWindow,
    Transformer,
    decode,
    new_cache,
    prefill,
)
from model.training.batches import Batch, Window
from model.training.groove import Phrase
from model.training.losses import stroke_losses
from model.training.pieces import TrainingPiece, prepare
from model.training.train_composer import Replicas, TrainingPlan
from tests.model.small import BEAT, STYLES, small_transformer

WORDS = miditok_vocabulary()


def asked(*bars: Asked) -> Conditions:
    return stack([bars], len(STYLES), 5)


def window() -> StrokeWindow:
    bars = [WORDS.strokes(BEAT), WORDS.strokes(Bar.of([Hit(480, Voice.CRASH, 103)]))] * 2
    strokes = torch.tensor([stroke for bar in bars for stroke in bar])
    slots = torch.tensor([slot for slot, bar in enumerate(bars) for _ in bar])
    left = torch.arange(len(strokes)) % (UNTOLD + 1)
    return StrokeWindow(strokes, slots, left)


def part_of(read: StrokeWindow, span: slice) -> StrokeWindow:
    return StrokeWindow(*(tensor[span] for tensor in read))


def batch_of(read: StrokeWindow) -> StrokeWindow:
    return StrokeWindow(*(tensor[None] for tensor in read))


def whole(model: Transformer, read: StrokeWindow, conditions: Conditions) -> torch.Tensor:
    """The states after every stroke, read at once without a cache."""
    bars = model.condition(conditions)[0, read.slots]
    return model.run(model.embed(read.strokes, read.left, bars)[None], None)[0]


@pytest.mark.long
def test_cached_decoding_gives_what_the_whole_window_gives() -> None:
    model = small_transformer(loud=10.0)
    read = window()
    conditions = asked(Asked({0: 1.0}, 20), Asked({1: 1.0}), Asked(bpm=90), Asked(fill=True))
    with torch.inference_mode():
        states = whole(model, read, conditions)
        bars = model.condition(conditions)
        for first in (1, 7, len(read.slots) - 1):
            cache = new_cache(model)
            state = prefill(model, cache, part_of(read, slice(first)), bars)
            torch.testing.assert_close(state[0], states[first - 1], rtol=1e-4, atol=1e-4)
            for at in range(first, len(read.slots)):
                here = slice(at, at + 1)
                one = bars[0, read.slots[here]]
                state = decode(model, cache, (read.strokes[here], read.left[here]), one, at)
                torch.testing.assert_close(state[0], states[at], rtol=1e-4, atol=1e-4)


@pytest.mark.long
def test_training_is_told_what_writing_is_told() -> None:
    """The logits of each part, of all strokes at once and of one after another."""
    model = small_transformer(loud=10.0)
    read, conditions = batch_of(window()), asked(Asked({0: 1.0}))
    after = read.strokes.roll(-1, 1)
    with torch.inference_mode():
        logits = model(read, conditions, after)
        states = whole(model, window(), conditions)
        for kind, size in enumerate((POSITIONS + 1, len(VOICES), VELOCITY_STEPS)):
            assert logits[kind].shape == (*read.slots.shape, size)
            for at, state in enumerate(states):
                one = model.tell(state[None], after[0, at : at + 1, :kind])
                torch.testing.assert_close(logits[kind][0, at], one[0], rtol=1e-4, atol=1e-4)


@pytest.mark.long
def test_rows_side_by_side_give_what_each_would_give_alone() -> None:
    """Two ways to ask for the window, two bars of each."""
    model = small_transformer(loud=10.0)
    read = window()
    count = len(read.slots)
    ways = stack([[Asked({0: 1.0})], [Asked({1: 1.0})]], len(STYLES), 5)
    strokes = torch.tensor([[0, 3, 4], [20, 4, 5], [0, 5, 6], [40, 6, 7]])
    left = torch.tensor([3, 4, UNTOLD, 0])
    with torch.inference_mode():
        bars = model.condition(ways)
        cache = new_cache(model, 4)
        first = prefill(model, cache, read, bars)
        vectors = bars[:, 3].repeat_interleave(2, 0)
        rows = decode(model, cache, (strokes, left), vectors, count)
        for row in range(4):
            way = row // 2
            alone = new_cache(model)
            state = prefill(model, alone, read, bars[way : way + 1])
            torch.testing.assert_close(first[way], state[0], rtol=1e-4, atol=1e-4)
            one = slice(row, row + 1)
            state = decode(model, alone, (strokes[one], left[one]), vectors[one], count)
            torch.testing.assert_close(rows[row], state[0], rtol=1e-4, atol=1e-4)


@pytest.mark.long
def test_what_a_cache_held_before_does_not_matter() -> None:
    model = small_transformer(loud=10.0)
    some = part_of(window(), slice(5))
    with torch.inference_mode():
        bars = model.condition(asked())
        used = new_cache(model)
        prefill(model, used, window(), bars)
        again = prefill(model, used, some, bars)
        fresh = prefill(model, new_cache(model), some, bars)
    torch.testing.assert_close(again, fresh)


def test_no_stroke_sees_those_after_it() -> None:
    model = small_transformer(loud=10.0)
    read = window()
    with torch.inference_mode():
        before = whole(model, read, asked())
        read.strokes[-1] = torch.tensor(BAR)
        after = whole(model, read, asked())
    torch.testing.assert_close(before[:-1], after[:-1])
    assert not torch.allclose(before[-1], after[-1])


def test_the_strokes_still_to_come_are_seen() -> None:
    model = small_transformer(loud=10.0)
    read = window()
    with torch.inference_mode():
        told = whole(model, read, asked())
        untold = whole(model, read._replace(left=torch.full_like(read.left, UNTOLD)), asked())
    assert not torch.allclose(told[0], untold[0])


def test_every_condition_changes_the_bar_vector() -> None:
    model = small_transformer(loud=10.0)
    plain = Asked({0: 1.0}, 16, 0.5, 110.0, False, 0, 0)
    others = (
        Asked({1: 1.0}, 16, 0.5, 110.0, False, 0, 0),
        Asked({}, 16, 0.5, 110.0, False, 0, 0),
        Asked({0: 1.0}, 29, 0.5, 110.0, False, 0, 0),
        Asked({0: 1.0}, None, 0.5, 110.0, False, 0, 0),
        Asked({0: 1.0}, 16, 0.9, 110.0, False, 0, 0),
        Asked({0: 1.0}, 16, 0.5, 170.0, False, 0, 0),
        Asked({0: 1.0}, 16, 0.5, 110.0, True, 0, 0),
        Asked({0: 1.0}, 16, 0.5, 110.0, False, 3, 0),
        Asked({0: 1.0}, 16, 0.5, 110.0, False, 0, 4),
        *(replace(plain, **{name: 0.5}) for name in ("intensity", "ghosts", "open", "ride")),
    )
    with torch.inference_mode():
        vectors = [model.condition(asked(bar))[0, 0] for bar in (plain, *others)]
    assert all(not torch.allclose(vectors[0], other) for other in vectors[1:])


def test_a_mixture_of_styles_lies_between_them() -> None:
    model = small_transformer(loud=10.0)
    with torch.inference_mode():
        rock, jazz, both = (
            model.condition(asked(Asked(mix)))[0, 0]
            for mix in ({0: 1.0}, {1: 1.0}, {0: 0.5, 1: 0.5})
        )
    torch.testing.assert_close(both, (rock + jazz) / 2)


def pieces_of(*bars: Bar) -> list[TrainingPiece]:
    phrases = [Phrase((bar,), "rock", 110.0, "train", "a") for bar in bars]
    return prepare(phrases, WORDS, {"rock": 2})


def window_of(*pieces: TrainingPiece) -> Window:
    return (
        [bar for piece in pieces for bar in piece.strokes],
        [asked for piece in pieces for asked in piece.asked],
    )


@pytest.mark.long
def test_a_small_model_learns_a_batch_by_heart() -> None:
    model = small_transformer()
    window = window_of(*pieces_of(BEAT, BEAT.with_hits(BEAT.hits[3:])))
    batch = Batch([window], len(STYLES), 5)
    crew = Replicas(model, TrainingPlan(minutes=1.0, threads=1))
    for _ in range(120):
        crew.step([batch], 1e-2)
    model.eval()
    with torch.inference_mode():
        assert stroke_losses(model, batch).max() < 0.1


@pytest.mark.long
def test_two_copies_side_by_side_learn_what_one_would() -> None:
    windows = [window_of(piece) for piece in pieces_of(BEAT, BEAT.with_hits(()))]
    one = Replicas(small_transformer(), TrainingPlan(1.0, threads=1))
    two = Replicas(small_transformer(), TrainingPlan(1.0, threads=2))
    one.step([Batch(windows, 3, 5)], 1e-3)
    two.step([Batch([window], 3, 5) for window in windows], 1e-3)
    for ours, theirs in zip(one.model.parameters(), two.model.parameters(), strict=True):
        mean, other = (c.optimizer.state[p]["exp_avg"] for c, p in ((one, ours), (two, theirs)))
        torch.testing.assert_close(mean, other, rtol=1e-3, atol=1e-7)


@pytest.mark.long
def test_the_copies_of_a_crew_share_their_weights() -> None:
    crew = Replicas(small_transformer(), TrainingPlan(1.0, threads=2))
    for ours, theirs in zip(*(copy.parameters() for copy in crew.copies), strict=True):
        assert ours.data_ptr() == theirs.data_ptr()
