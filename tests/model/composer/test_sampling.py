"""Writing a bar: the grammar, the dice and the interruption."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.composer.conditions import Asked, stack
from model.composer.layers import Head
from model.composer.sampling import (
    LONGEST,
    Numbers,
    SamplingSettings,
    SamplingStart,
    choose,
    to_come,
    write_bars,
)
from model.composer.stroke_grammar import END, holds, pitches, positions
from model.composer.tokens import BAR, VOICES, StrokeToken, miditok_vocabulary
from model.composer.transformer import UNTOLD, StrokeWindow, Transformer, new_cache, prefill
from tests.model.small import BEAT, STYLES, small_transformer

WORDS = miditok_vocabulary()


def write(
    model: Transformer, chosen: SamplingSettings, stop_after: int = 9999, strokes: int | None = None
) -> list[list[StrokeToken]] | None:
    polls = iter(range(100_000))
    with torch.inference_mode():
        ways = [[Asked({1: 1.0})], [Asked()]][: chosen.ways]
        bars = model.condition(stack(ways, len(STYLES), 5))
        cache = new_cache(model, chosen.ways * chosen.candidates)
        read = StrokeWindow(
            torch.tensor([BAR]), torch.tensor([0]), torch.tensor([to_come(strokes, 0)])
        )
        start = SamplingStart(cache, prefill(model, cache, read, bars), bars[:, 0], 1, strokes)
        return write_bars(model, start, chosen, lambda: next(polls) >= stop_after)


def chosen_by(logits: Numbers, settings: SamplingSettings, chance: float) -> int:
    return int(choose(logits, settings, np.array([chance], np.float32))[0])


@pytest.mark.long
@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 5),
    st.integers(0, 2**31),
    st.floats(0.0, 3.0),
    st.floats(0.05, 1.0),
    st.sampled_from([1.0, 10.0, 40.0]),
    st.sampled_from([1.0, 2.5]),
    st.integers(1, 3),
)
def test_every_sample_is_a_bar(
    model: int, seed: int, temperature: float, top_p: float, loud: float, guidance: float, many: int
) -> None:
    chosen = SamplingSettings(temperature, top_p, guidance=guidance, candidates=many, seed=seed)
    bars = write(small_transformer(model, loud), chosen)
    assert bars is not None
    assert len(bars) == many
    for strokes in bars:
        assert holds(strokes)
        assert len(strokes) <= LONGEST
        hits = WORDS.hits(strokes)  # nothing was said twice
        assert WORDS.strokes(BEAT.with_hits(hits)) == strokes


def test_more_candidates_leave_the_first_ones_alone() -> None:
    model = small_transformer(loud=4.0)
    four = write(model, SamplingSettings(seed=7, candidates=4))
    two = write(model, SamplingSettings(seed=7, candidates=2))
    assert four is not None
    assert two == four[:2]
    assert len({tuple(strokes) for strokes in four}) == 4


def test_guidance_moves_away_from_the_unasked() -> None:
    model = small_transformer(loud=4.0)
    plain, guided = (write(model, SamplingSettings(seed=7, guidance=g)) for g in (1.0, 3.0))
    assert plain != guided
    assert plain == write(model, SamplingSettings(seed=7, guidance=1.0, candidates=1))


def test_the_same_seed_writes_the_same_bar_and_another_seed_another() -> None:
    model = small_transformer(loud=4.0)
    first = write(model, SamplingSettings(seed=7))
    assert write(model, SamplingSettings(seed=7)) == first
    assert write(model, SamplingSettings(seed=8)) != first


def test_writing_stops_between_two_strokes_when_interrupted() -> None:
    assert write(small_transformer(), SamplingSettings(), stop_after=0) is None
    assert write(small_transformer(), SamplingSettings(), stop_after=3) is None


def test_other_dice_of_the_process_do_not_matter() -> None:
    model = small_transformer(loud=4.0)
    torch.manual_seed(1)
    first = write(model, SamplingSettings(seed=7))
    torch.manual_seed(2)
    assert write(model, SamplingSettings(seed=7)) == first


def test_the_number_of_strokes_that_is_asked_for_matters() -> None:
    model = small_transformer(loud=4.0)
    assert write(model, SamplingSettings(seed=7), strokes=2) != write(
        model, SamplingSettings(seed=7)
    )
    assert [to_come(3, written) for written in range(5)] == [3, 2, 1, 0, 0]
    assert to_come(500, 0) == UNTOLD - 1
    assert to_come(None, 0) == UNTOLD


def test_a_bar_ends_where_there_is_no_more_room() -> None:
    model = small_transformer()
    with torch.no_grad():
        out = model.heads[0]
        assert isinstance(out, Head)
        torch.nn.init.zeros_(out.out.weight)  # every position as likely, the end too
    bars = [write(model, SamplingSettings(1.0, 1.0, top_k=200, seed=seed)) for seed in range(20)]
    assert all(bar and holds(bar[0]) for bar in bars)


def test_the_grammar_holds_for_bars_and_not_for_nonsense() -> None:
    good = WORDS.strokes(BEAT)
    assert holds(good)
    assert holds([BAR])
    first, second = good[1], good[2]
    assert first.position == second.position
    for bad in (
        [],
        good[1:],
        [BAR, BAR],
        [*good, BAR],
        [BAR, first, first],
        [BAR, second, first],
        [BAR, good[-1], first],
        [BAR, first, first._replace(velocity=3)],
    ):
        assert not holds(bad), bad


def test_no_stroke_of_a_pitch_comes_after_the_highest_of_its_position() -> None:
    highest = StrokeToken(95, len(VOICES) - 1, 0)
    assert (positions(highest) == 0.0).nonzero()[0].tolist() == [END]
    assert (positions(highest._replace(position=94)) == 0.0).nonzero()[0].tolist() == [95, END]
    assert (pitches(StrokeToken(5, 11, 0), 5) == 0.0).nonzero()[0].tolist() == [12, 13]
    assert (pitches(StrokeToken(5, 11, 0), 6) == 0.0).all()
    assert (pitches(BAR, END) == 0.0).all()  # of an empty bar


def test_the_cold_choice_is_the_likeliest_and_a_small_top_p_or_top_k_too() -> None:
    logits = np.array([[0.0, 3.0, 1.0, 2.0]], np.float32)
    cold = SamplingSettings(temperature=0.0, top_p=1.0)
    narrow = SamplingSettings(temperature=1.0, top_p=0.01)
    single = SamplingSettings(temperature=1.0, top_p=1.0, top_k=1)
    for chance in (0.0, 0.5, 0.999):
        for chosen in (cold, narrow, single):
            assert chosen_by(logits, chosen, chance) == 1


def test_choices_come_as_often_as_they_are_likely() -> None:
    logits = np.log(np.array([[0.5, 0.3, 0.15, 0.05]], np.float32)).repeat(1000, 0)
    chances = np.array([(n + 0.5) / 1000 for n in range(1000)], np.float32)
    every = SamplingSettings(top_p=1.0)
    counts = np.bincount(choose(logits, every, chances), minlength=4)
    assert np.abs(counts - [500, 300, 150, 50]).max() <= 1
    for most in (replace(every, top_p=0.75), replace(every, top_k=2)):  # the first two hold .8
        counts = np.bincount(choose(logits, most, chances), minlength=4)
        assert np.abs(counts - [625, 375, 0, 0]).max() <= 1


@given(st.floats(0.0, 1.0, exclude_max=True), st.floats(0.01, 1.0), st.floats(0.0, 2.0))
def test_what_is_masked_is_never_chosen(chance: float, top_p: float, temperature: float) -> None:
    mask = np.array([[-np.inf, 0.0, -np.inf, 0.0]], np.float32)
    logits = np.array([[50.0, -50.0, 9.0, -60.0]], np.float32)
    assert chosen_by(logits + mask, SamplingSettings(temperature, top_p), chance) in (1, 3)
