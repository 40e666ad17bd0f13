"""The whole bank to be judged by ear: eight bars of every style, rendered by the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from random import Random

from engine.events import Request
from engine.grid import FOUR_FOUR
from engine.notes import Bar
from engine.performer import Setup
from live.config import Config
from live.heard import heard
from live.render import render
from live.setting import open_setting
from model.drummer import Drummer
from model.material import Task, spread_over
from model.rows import Piece, bank
from model.scorecard import Row

BARS = 8
Compose = Callable[[Request], Bar | None]


def bank_row(task: Task, drummer: Drummer) -> Row:
    """Is the style of origin found in renders of the bank? The floor plays patterns only.

    The judge learns from renders with other seeds than those it judges.
    """
    setup = open_setting(Config(kit="gm")).setup
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
    return heard(done.taken, {note: voice for voice, note in setup.notes.items()})
