"""The scorecard's row of the whole bank: eight bars of every style, rendered and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from random import Random

from engine.bars.request import Request
from engine.playing.setup import Setup
from engine.score.articulations import voices_by_note
from engine.score.grid import FOUR_FOUR
from engine.score.notes import Bar
from live.config import Config
from live.loaded_config import open_config
from live.takes.to_bars import to_bars
from model.composer.drummer import Drummer
from model.judging.evaluation_set import Task, spread_over
from model.judging.rows import Piece, bank
from model.judging.scorecard import Row
from studio.writing.render import render

BARS = 8
Compose = Callable[[Request], Bar | None]


def bank_row(task: Task, drummer: Drummer) -> Row:
    """Is the style of origin found in renders of the bank? The floor plays patterns only.

    The judge learns from renders with other seeds than those it judges.
    """
    setup = open_config(Config(kit="gm")).setup
    sizes = task.sizes
    names = spread_over(list(setup.styles), sizes.bank_styles)
    first = task.seed * 1000
    seeds = range(first, first + sizes.bank_learned)
    others = range(seeds.stop, seeds.stop + sizes.bank_heard)
    players: tuple[Compose, ...] = (drummer.compose, lambda _request: None)
    learned = [renders(setup, names, seeds, compose) for compose in players]
    heard = [renders(setup, names, others, compose) for compose in players]
    return bank(learned, heard, sizes.trees, task.seed)


def renders(
    setup: Setup, names: Sequence[str], seeds: Iterable[int], compose: Compose
) -> list[Piece]:
    """Eight bars of each style with each seed as heard, at a tempo out of the style's range.

    All other knobs stand where a style begins. Requests that `compose` answers with None are
    improvised from the style's patterns.
    """
    return [(name, rendered(setup, name, seed, compose)) for seed in seeds for name in names]


def rendered(setup: Setup, name: str, seed: int, compose: Compose) -> tuple[Bar, ...]:
    """The bars of one style, rendered and heard."""
    low, usual, high = setup.styles[name].tempo
    bpm = Random(f"{seed} {name}").triangular(low, high, usual)
    started = replace(setup, seed=seed, meter=FOUR_FOUR, controls={"style": name, "tempo": bpm})
    done = render(started, BARS, compose)
    return to_bars(done.taken, voices_by_note(setup.notes, setup.articulations))
