"""The network: its cache, its conditions, and that it can learn."""

from __future__ import annotations

from dataclasses import replace

import torch

from engine.notes import Bar, Hit, Voice
from model.conditions import Asked, stack
from model.data import Phrase
from model.measures import rank_tables
from model.tokens import words
from model.train import Crew, Plan, token_losses
from model.transformer import Conditions, decode, new_cache, prefill
from model.windows import Batch, Piece, Window, groups_of, prepare
from tests.model.small import BEAT, STYLES, small_transformer

WORDS = words()


def asked(*bars: Asked) -> Conditions:
    return stack([bars], len(STYLES), 5)


def window() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    bars = [WORDS.encode(BEAT), WORDS.encode(Bar.of([Hit(480, Voice.CRASH, 103)]))] * 2
    flat = [token for ids in bars for token in ids]
    slots = [slot for slot, ids in enumerate(bars) for _ in ids]
    return torch.tensor(flat), torch.tensor(WORDS.times(flat)), torch.tensor(slots)


def test_cached_decoding_gives_what_the_whole_window_gives() -> None:
    model = small_transformer(loud=10.0)
    ids, times, slots = window()
    conditions = asked(Asked({0: 1.0}, 0.2), Asked({1: 1.0}), Asked(bpm=90), Asked(fill=True))
    with torch.inference_mode():
        whole = model(ids[None], times[None], slots[None], conditions)[0]
        bars = model.condition(conditions)
        for read in (1, 7, len(ids) - 1):
            cache = new_cache(model)
            logits = prefill(model, cache, ids[:read], times[:read], slots[:read], bars)
            torch.testing.assert_close(logits[0], whole[read - 1], rtol=1e-4, atol=1e-4)
            for at in range(read, len(ids)):
                here = slice(at, at + 1)
                logits = decode(model, cache, ids[here], times[here], bars[0, slots[here]], at)
                torch.testing.assert_close(logits[0], whole[at], rtol=1e-4, atol=1e-4)


def test_rows_side_by_side_give_what_each_would_give_alone() -> None:
    """Two ways to ask for the window, two bars of each."""
    model = small_transformer(loud=10.0)
    ids, times, slots = window()
    ways = stack([[Asked({0: 1.0})], [Asked({1: 1.0})]], len(STYLES), 5)
    tokens, at = torch.tensor([3, 4, 5, 6]), torch.tensor([0, 20, 0, 40])
    with torch.inference_mode():
        bars = model.condition(ways)
        cache = new_cache(model, 4)
        first = prefill(model, cache, ids, times, slots, bars)
        vectors = bars[:, 3].repeat_interleave(2, 0)
        rows = decode(model, cache, tokens, at, vectors, len(ids))
        for row in range(4):
            way = row // 2
            alone = new_cache(model)
            logits = prefill(model, alone, ids, times, slots, bars[way : way + 1])
            torch.testing.assert_close(first[way], logits[0], rtol=1e-4, atol=1e-4)
            one = slice(row, row + 1)
            logits = decode(model, alone, tokens[one], at[one], vectors[one], len(ids))
            torch.testing.assert_close(rows[row], logits[0], rtol=1e-4, atol=1e-4)


def test_what_a_cache_held_before_does_not_matter() -> None:
    model = small_transformer(loud=10.0)
    ids, times, slots = window()
    with torch.inference_mode():
        bars = model.condition(asked())
        used = new_cache(model)
        prefill(model, used, ids, times, slots, bars)
        again = prefill(model, used, ids[:5], times[:5], slots[:5], bars)
        fresh = prefill(model, new_cache(model), ids[:5], times[:5], slots[:5], bars)
    torch.testing.assert_close(again, fresh)


def test_no_token_sees_those_after_it() -> None:
    model = small_transformer(loud=10.0)
    ids, times, slots = window()
    with torch.inference_mode():
        before = model(ids[None], times[None], slots[None], asked())[0]
        ids[-1] = WORDS.bar
        after = model(ids[None], times[None], slots[None], asked())[0]
    torch.testing.assert_close(before[:-1], after[:-1])
    assert not torch.allclose(before[-1], after[-1])


def test_every_condition_changes_the_bar_vector() -> None:
    model = small_transformer(loud=10.0)
    plain = Asked({0: 1.0}, 0.5, 0.5, 110.0, False, 0, 0)
    others = (
        Asked({1: 1.0}, 0.5, 0.5, 110.0, False, 0, 0),
        Asked({}, 0.5, 0.5, 110.0, False, 0, 0),
        Asked({0: 1.0}, 0.9, 0.5, 110.0, False, 0, 0),
        Asked({0: 1.0}, None, 0.5, 110.0, False, 0, 0),
        Asked({0: 1.0}, 0.5, 0.9, 110.0, False, 0, 0),
        Asked({0: 1.0}, 0.5, 0.5, 170.0, False, 0, 0),
        Asked({0: 1.0}, 0.5, 0.5, 110.0, True, 0, 0),
        Asked({0: 1.0}, 0.5, 0.5, 110.0, False, 3, 0),
        Asked({0: 1.0}, 0.5, 0.5, 110.0, False, 0, 4),
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


def pieces_of(*bars: Bar) -> list[Piece]:
    phrases = [Phrase((bar,), "rock", 110.0, "train", "a") for bar in bars]
    return prepare(phrases, WORDS, {"rock": 2}, rank_tables(groups_of(phrases)))


def window_of(*pieces: Piece) -> Window:
    return (
        [ids for piece in pieces for ids in piece.ids],
        [measured.told(None) for piece in pieces for measured in piece.measured],
    )


def test_a_small_model_learns_a_batch_by_heart() -> None:
    model = small_transformer()
    window = window_of(*pieces_of(BEAT, BEAT.with_hits(BEAT.hits[3:])))
    batch = Batch([window], WORDS, len(STYLES), 5)
    crew = Crew(model, Plan(minutes=1.0, threads=1))
    for _ in range(120):
        crew.step([batch], 1e-2)
    model.eval()
    with torch.inference_mode():
        assert token_losses(model, batch).max() < 0.1


def test_two_copies_side_by_side_learn_what_one_would() -> None:
    windows = [window_of(piece) for piece in pieces_of(BEAT, BEAT.with_hits(()))]
    one = Crew(small_transformer(), Plan(1.0, threads=1))
    two = Crew(small_transformer(), Plan(1.0, threads=2))
    one.step([Batch(windows, WORDS, 3, 5)], 1e-3)
    two.step([Batch([window], WORDS, 3, 5) for window in windows], 1e-3)
    for ours, theirs in zip(one.model.parameters(), two.model.parameters(), strict=True):
        mean, other = (c.optimizer.state[p]["exp_avg"] for c, p in ((one, ours), (two, theirs)))
        torch.testing.assert_close(mean, other, rtol=1e-3, atol=1e-7)


def test_the_copies_of_a_crew_share_their_weights() -> None:
    crew = Crew(small_transformer(), Plan(1.0, threads=2))
    for ours, theirs in zip(*(copy.parameters() for copy in crew.copies), strict=True):
        assert ours.data_ptr() == theirs.data_ptr()
