"""The drummer behind a request: bars go in, a bar comes out.

Scores come from the transformer, microtiming from the feel network where drummers played the
style; elsewhere offsets are left to the engine, which adds the style's own. It never waits for
anything and can be interrupted between two strokes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch

from engine.bars.request import Request
from engine.errors import ConfigError
from engine.score.grid import FOUR_FOUR
from engine.score.hallmarks import mended
from engine.score.notes import Bar
from engine.score.triplets import in_triplets
from model.composer import knob_compensation
from model.composer.checkpoint import DEFAULT, TrainedComposer, load
from model.composer.conditions import Asked, stack
from model.composer.measures import KNOBS
from model.composer.request_conditions import knobs_of, window_asked
from model.composer.reranking import best, levelled
from model.composer.sampling import LONGEST, SamplingSettings, SamplingStart, to_come, write_bars
from model.composer.tokens import BAR, StrokeToken
from model.composer.transformer import UNTOLD, Cache, Conditions, StrokeWindow, new_cache, prefill
from model.feel.humanizer import Humanizer, with_feel

# Chosen by reading tabs, see model/weights/README.md. The first bar sets the groove that later
# bars hold, so it is chosen from what is usual in the style; later bars may be freer.
TOP_P = 0.95
OPENING_TOP_P = 0.7
CANDIDATES = 6  # bars written for one; not by the clock, or no bar could be repeated
GUIDANCE = 1.5


@dataclass(slots=True)
class Drummer:
    """A trained transformer at work on one device.

    `unknown` counts requests in whose mixture no trained style was found; they are played
    without a style. `devices` are those `warm` chooses from. `top_p` is the share of the
    likeliest choices kept, `opening_top_p` that of a bar with nothing before it;
    `candidates` is that of SamplingSettings, `guidance` that of a strength of one half (a
    strength of 0 is without). Without a `feel` it plays scores only.
    """

    trained: TrainedComposer
    devices: tuple[str, ...] = ("cpu",)
    top_p: float = TOP_P
    opening_top_p: float = OPENING_TOP_P
    candidates: int = CANDIDATES
    guidance: float = GUIDANCE
    feel: Humanizer | None = None
    unknown: int = 0
    device: str = "cpu"
    _cache: Cache = field(init=False)

    def __post_init__(self) -> None:
        self.move(self.devices[0])

    @classmethod
    def load(cls, path: Path | None = None, device: str = "auto", threads: int = 1) -> Drummer:
        """The drummer of a weights file (the package's own without a path).

        `device` is "auto", "cpu", "cuda" or "mps"; "auto" lets `warm` measure. `threads` is
        set for the whole process. Raises WeightsError where the file cannot be used,
        ConfigError where the machine lacks the device.
        """
        torch.set_num_threads(threads)
        here = available()
        if device not in ("auto", *here):
            raise ConfigError(f"device: {device} is not here; allowed: auto, {', '.join(here)}")
        devices = here if device == "auto" else (device,)
        return cls(load(path or DEFAULT), devices, feel=Humanizer.load())

    @property
    def styles(self) -> tuple[str, ...]:
        """The trained styles that a mixture may name."""
        return self.trained.styles

    def describe(self) -> str:
        """One line for people: what was trained, and where it plays."""
        size = sum(p.numel() for p in self.trained.transformer.parameters()) / 1e6
        return f"{len(self.styles)} trained styles, {size:.1f} M parameters, on {self.device}"

    def move(self, device: str) -> None:
        """Plays on another device from now on."""
        self.device = device
        self.trained.transformer.to(device).pack(device == "cpu")
        ways = 1 if self.guidance == 1.0 else 2
        self._cache = new_cache(self.trained.transformer, ways * self.candidates)

    def knobs_like(
        self, bars: Sequence[Bar], mixture: tuple[tuple[str, float], ...]
    ) -> dict[str, float]:
        """Where density, complexity, intensity and ghosts, 0..1, stand for bars like these.

        Of the bars that are no fills, if there are any; nothing for styles it has not learned.
        """
        style = self._names(self._style(mixture))
        beats = [bar for bar in bars if not bar.fill] or bars
        return {
            knob: self.trained.scales.rank(
                knob, style, False, sum(measure(bar) for bar in beats) / len(beats)
            )
            for knob, measure in KNOBS.items()
            if style
        }

    def warm(self) -> float:
        """Plays a few bars on each device and stays on the fastest; its ms for a bar."""
        times: dict[str, float] = {}
        for device in self.devices:
            self.move(device)
            history: tuple[Bar, ...] = ()
            for number in range(5):  # the last with a full history
                request = Request(number, 0, "", ((self.styles[0], 1.0),), history=history)
                begun = time.perf_counter()
                bar = self.compose(request)
                times[device] = (time.perf_counter() - begun) * 1000
                history += (bar,) if bar else ()
        best = min(times, key=lambda device: times[device])
        if best != self.device:
            self.move(best)
        return times[best]

    @torch.inference_mode()
    def compose(
        self, request: Request, interrupted: Callable[[], bool] = lambda: False
    ) -> Bar | None:
        """The bar that was asked for; None if interrupted or not in 4/4, which is all it knows."""
        if request.meter != FOUR_FOUR:
            return None
        recent = self._recent(request.history)
        history = recent or self._recent(request.leading)
        top_p = self.top_p if recent else self.opening_top_p
        style = self._style(request.mixture)
        ranks = knobs_of(request)
        scales, names = self.trained.scales, self._names(style)
        knobs = {n: scales.figure(n, names, request.fill, rank) for n, rank in ranks.items()}
        asked = window_asked(request, history, style, knobs)
        written = self._write(request, history, asked, top_p, interrupted)
        if written is None:
            return None
        bars = [self._bar(strokes, request) for strokes in written]
        bar = best(bars, ranks, scales, names, request.heard, request.hands, request.hallmarks)
        bar = replace(
            mended(levelled(bar, ranks, scales, names), request.hallmarks, request.hands),
            intensity=knob_compensation.intensity(scales, names, request.fill, request.intensity),
            ghosts=knob_compensation.ghosts(scales, names, request.fill, request.ghosts),
        )
        return with_feel(bar, request, self.feel) if self.feel else bar

    def _write(
        self,
        request: Request,
        history: list[Bar],
        asked: Sequence[Asked],
        top_p: float,
        interrupted: Callable[[], bool],
    ) -> list[list[StrokeToken]] | None:
        """The strokes of the candidates; None if interrupted."""
        model, words = self.trained.transformer, self.trained.words
        settings = SamplingSettings(
            request.temperature,
            top_p,
            guidance=1.0 + 2.0 * request.strength * (self.guidance - 1.0),
            candidates=self.candidates,
            seed=request.seed,
        )
        window = [words.strokes(bar) for bar in history] + [[BAR]]
        strokes = [stroke for bar in window for stroke in bar]
        slots = [slot for slot, bar in enumerate(window) for _ in bar]
        wanted = asked[-1].density
        left = [UNTOLD] * (len(strokes) - 1) + [to_come(wanted, 0)]
        read = StrokeWindow(*(torch.tensor(n, device=self.device) for n in (strokes, slots, left)))
        bars = model.condition(self._conditions(asked))[: settings.ways]  # W N D
        cache = self._cache.first(settings.ways * self.candidates)
        state = prefill(model, cache, read, bars)
        start = SamplingStart(cache, state, bars[:, len(history)], len(strokes), wanted)
        return write_bars(model, start, settings, interrupted)

    def _bar(self, strokes: Sequence[StrokeToken], request: Request) -> Bar:
        bar = Bar(
            self.trained.words.hits(strokes),
            source="model",
            style=request.style,
            fill=request.fill,
            density=request.density,
        )
        return in_triplets(bar) if request.triplets else bar

    def _recent(self, history: tuple[Bar, ...]) -> list[Bar]:
        """The last bars in 4/4 that fit the context beside a bar to write."""
        config = self.trained.transformer.config
        room = config.context - LONGEST - 1
        kept: list[Bar] = []
        for bar in reversed(history):
            if bar.meter != FOUR_FOUR or len(kept) == config.bars - 1:
                break
            room -= 1 + len(bar.hits)
            if room < 0:
                break
            kept.insert(0, bar)
        return kept

    def _conditions(self, asked: Sequence[Asked]) -> Conditions:
        """As asked, and unasked: the latter knows only where it stands and what it is."""
        unasked = [Asked(bpm=a.bpm, fill=a.fill, fours=a.fours, eights=a.eights) for a in asked]
        config = self.trained.transformer.config
        stacked = stack([asked, unasked], config.styles, config.bars)
        return Conditions(*(tensor.to(self.device) for tensor in stacked))

    def _names(self, style: Mapping[int, float]) -> dict[str, float]:
        return {self.styles[number]: weight for number, weight in style.items()}

    def _style(self, mixture: tuple[tuple[str, float], ...]) -> dict[int, float]:
        """Trained styles by number, weights of sum 1; empty, and counted, if none is known."""
        known = {
            self.styles.index(name): weight
            for name, weight in mixture
            if name in self.styles and weight > 0
        }
        total = sum(known.values())
        if not total:
            self.unknown += 1
            return {}
        return {number: weight / total for number, weight in known.items()}


def available() -> tuple[str, ...]:
    """The devices of this machine that a drummer may play on."""
    devices = ["cpu"]
    if torch.cuda.is_available():
        devices.append("cuda")
    if torch.backends.mps.is_available():
        devices.append("mps")
    return tuple(devices)
