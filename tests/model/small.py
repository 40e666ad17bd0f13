"""A transformer and a drummer small enough for tests, and bars to feed them."""

from __future__ import annotations

import torch

from engine.bars.request import Request
from engine.score.notes import Bar, Hit, Voice
from model.composer.checkpoint import TrainedComposer
from model.composer.drummer import Drummer
from model.composer.measures import Scales
from model.composer.tokens import miditok_vocabulary
from model.composer.transformer import Transformer, TransformerConfig
from model.feel.checkpoint import TrainedFeel
from model.feel.humanizer import Humanizer
from model.feel.network import FeelConfig, FeelNetwork
from model.feel.noise import Shares

torch.set_num_threads(1)  # threads cost small networks more than they save
STYLES = ("funk", "jazz", "rock")
BEAT = Bar.of(
    [Hit(tick, Voice.CLOSED_HAT, 87) for tick in range(0, 1920, 240)]
    + [Hit(tick, Voice.KICK, 103) for tick in (0, 960)]
    + [Hit(tick, Voice.SNARE, 119) for tick in (480, 1440)]
)


def small_transformer(seed: int = 0, loud: float = 1.0) -> Transformer:
    """Untrained; `loud` scales its weights, so that its choices differ."""
    torch.manual_seed(seed)
    config = TransformerConfig(
        len(STYLES), 32, layers=2, heads=2, hidden=32, head=32, style_width=8, dropout=0.0
    )
    model = Transformer(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.mul_(loud)
    return model


def small_scales() -> Scales:
    """Of bars that are BEAT with its first strokes, so that density has a range."""
    bars = [BEAT.with_hits(BEAT.hits[:count]) for count in range(1, len(BEAT.hits) + 1)]
    return Scales.of((name, bar) for name in STYLES for bar in bars)


def small_trained(seed: int = 0, loud: float = 8.0) -> TrainedComposer:
    return TrainedComposer(
        small_transformer(seed, loud), miditok_vocabulary(), STYLES, small_scales(), {"steps": 0.0}
    )


def small_drummer(seed: int = 0) -> Drummer:
    return Drummer(small_trained(seed))


def request(**fields: object) -> Request:
    known = {"number": 0, "generation": 0, "style": "mine", "mixture": (("rock", 1.0),)}
    return Request(**(known | fields))  # type: ignore[arg-type]


FEEL_STYLES = ("funk", "jazz")
NOTHING_SHARED = Shares()


def small_feel(
    seed: int = 0,
    timing: Shares = NOTHING_SHARED,
    force: Shares = NOTHING_SHARED,
    config: FeelConfig | None = None,
) -> Humanizer:
    """An untrained feel."""
    torch.manual_seed(seed)
    size = FeelConfig(len(FEEL_STYLES), width=32, layers=2, heads=2, hidden=32, dropout=0.0)
    network = FeelNetwork(config or size).eval()
    return Humanizer(TrainedFeel(network, FEEL_STYLES, timing, force, {"steps": 0.0}))


def even_feel(offset: int, velocity: int, timing: Shares = NOTHING_SHARED) -> Humanizer:
    """A feel that lays every hit evenly into one class of offsets and one of velocities."""
    feel = small_feel(timing=timing)
    for layer, number in (
        (feel.trained.network.offset, offset),
        (feel.trained.network.velocity, velocity),
    ):
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.constant_(layer.bias, -40.0)
        with torch.no_grad():
            layer.bias[number] = 0.0
    return feel


def wide_feel(timing: Shares = NOTHING_SHARED) -> Humanizer:
    """A feel that spreads offsets evenly over all classes and velocities too."""
    feel = small_feel(timing=timing)
    for layer in (feel.trained.network.offset, feel.trained.network.velocity):
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    return feel
