"""The bar to play when no better one is there.

Made from the style's own patterns and the last good bars, so that minutes of it are music:
a theme that comes back, answers in between, small variations, a fill where one is due.
The same arguments give the same bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from engine.bars.bar_changes import crashed
from engine.bars.request import Request
from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH, Meter
from engine.score.importance import amount, metric_weight, syncopation, thin
from engine.score.notes import GHOST_VELOCITY, Bar, Hit, Voice, on_triplets
from engine.score.style import Style

_HATS = (Voice.CLOSED_HAT, Voice.RIDE)
_TIMEKEEPERS = (*_HATS, Voice.RIDE_BELL, Voice.OPEN_HAT, Voice.PERCUSSION)
_PHRASE = 4  # bars after which another timekeeper may come in
_THEME = 0.55  # how often the first bar of a pair states the theme; design choice
_JITTER = 5  # velocity steps, either way, from bar to bar; design choice


def improvise(style: Style, request: Request) -> Bar:
    """A bar of a style for a request to the drummer that the drummer did not answer.

    A style without patterns in the request's meter gives a plain pulse.
    """
    bar, history = sketch(style, request), request.history
    after_fill = not request.fill and history and history[-1].fill
    return crashed(bar) if after_fill and style.hands and style.crashes else bar


def sketch(style: Style, request: Request) -> Bar:
    """The same without the crash after a fill: what may come back as a theme."""
    dice = Random(request.seed)
    meter = request.meter
    fills = style.fills(meter) if request.fill else ()
    bars = [bar for bar in fills or style.beats(meter) if bar.hits]
    base = _choose(bars, request, dice) if bars else pulse(meter)
    hits = base.hits if request.fill else _vary(base, style, request.complexity, dice)
    varied = tuple(_touch(hit, dice) for hit in hits)
    bar = Bar.of(varied, meter, "fallback", style.name, request.fill)
    if request.density > 0.5:
        bar = thickened(bar, request.density, dice)
    return replace(bar, hits=thin(bar, request.density), density=request.density)


def pulse(meter: Meter) -> Bar:
    """The plainest groove of a meter: kick on the bar line, snare half way, hats on the pulse."""
    beat = meter.pulse_ticks
    half = meter.numerator // 2 * beat
    hits = [Hit(n * beat, Voice.CLOSED_HAT, 70) for n in range(meter.numerator)]
    return Bar.of([*hits, Hit(0, Voice.KICK, 100), Hit(half, Voice.SNARE, 100)], meter)


def _choose(bars: Sequence[Bar], request: Request, dice: Random) -> Bar:
    """The theme on the first bars of pairs, else a pattern near the asked complexity."""
    usual = abs(request.complexity - 0.5) < 0.25
    if usual and request.place % 2 == 0 and dice.random() < _THEME:
        return bars[0]
    ranked = sorted((bar for bar in bars if _goes_on(bar, request)), key=syncopation)
    ranked = ranked or sorted(bars, key=syncopation)
    wanted = request.complexity * (len(ranked) - 1)
    weights = [1.0 / (1.0 + (rank - wanted) ** 2) for rank in range(len(ranked))]
    if request.history and len(ranked) > 1:
        weights[_nearest(ranked, request.history[-1])] *= 0.5  # an answer, not the same again
    return dice.choices(ranked, weights)[0]


def _goes_on(bar: Bar, request: Request) -> bool:
    """Inside a phrase no crash on the bar line, and the same timekeeper as in the bar before."""
    if request.fill or request.place % _PHRASE == 0 or not request.history:
        return True
    if any(hit.tick == 0 and hit.voice is Voice.CRASH for hit in bar.hits):
        return False
    last = request.history[-1]
    return last.fill or timekeeper(bar) is timekeeper(last)


def timekeeper(bar: Bar) -> Voice:
    """The voice that keeps time: the one of hats, ride and shaker that is struck most."""
    return max(_TIMEKEEPERS, key=lambda voice: sum(hit.voice is voice for hit in bar.hits))


def _nearest(bars: Sequence[Bar], bar: Bar) -> int:
    """Which of the patterns a bar is most like, by shared hits."""
    keys = {hit.key for hit in bar.hits}
    return max(range(len(bars)), key=lambda i: len(keys & {hit.key for hit in bars[i].hits}))


def _vary(bar: Bar, style: Style, complexity: float, dice: Random) -> tuple[Hit, ...]:
    """One small change, of the kind a drummer makes without thinking."""
    choice = dice.random()
    if choice < 0.25 * (0.5 + complexity) and style.ghosts > 0:
        return _ghost(bar, dice)
    if choice > 1.0 - 0.2 * (0.5 + complexity):
        return _pickup(bar, dice)
    return bar.hits


def _free(bar: Bar, voice: Voice, tick: int) -> bool:
    return all(
        hit.voice is not voice or abs(hit.tick - tick) >= TICKS_PER_SIXTEENTH for hit in bar.hits
    )


def _ghost(bar: Bar, dice: Random) -> tuple[Hit, ...]:
    """A ghost note on a sixteenth where the snare rests."""
    odd = range(TICKS_PER_SIXTEENTH, bar.meter.bar_ticks, 2 * TICKS_PER_SIXTEENTH)
    slots = [tick for tick in odd if _free(bar, Voice.SNARE, tick)]
    if on_triplets(bar.hits) or not slots:
        return bar.hits
    return (*bar.hits, Hit(dice.choice(slots), Voice.SNARE, dice.randint(25, GHOST_VELOCITY - 8)))


def _pickup(bar: Bar, dice: Random) -> tuple[Hit, ...]:
    """A kick on the last eighth or sixteenth, into the next bar."""
    back = TICKS_PER_BEAT // 2 if dice.random() < 0.6 else TICKS_PER_SIXTEENTH
    tick = bar.meter.bar_ticks - back
    if on_triplets(bar.hits) or not _free(bar, Voice.KICK, tick):
        return bar.hits
    return (*bar.hits, Hit(tick, Voice.KICK, 78))


def _touch(hit: Hit, dice: Random) -> Hit:
    velocity = hit.velocity + dice.randint(-_JITTER, _JITTER)
    return replace(hit, velocity=min(127, max(1, velocity)))


def thickened(bar: Bar, density: float, dice: Random) -> Bar:
    """A bar with the hits it lacks to be made for a density: hats between the hats, quieter."""
    missing = round(len(bar.hits) * (amount(density) / amount(bar.density) - 1.0))
    lead = max(_HATS, key=lambda voice: sum(hit.voice is voice for hit in bar.hits))
    step = TICKS_PER_BEAT // 3 if on_triplets(bar.hits) else TICKS_PER_SIXTEENTH
    taken = {hit.tick for hit in bar.hits if hit.voice in (*_HATS, Voice.OPEN_HAT, Voice.CRASH)}
    slots = [tick for tick in range(0, bar.meter.bar_ticks, step) if tick not in taken]
    slots.sort(key=lambda tick: (-metric_weight(tick, bar.meter), dice.random()))
    more = [Hit(tick, lead, 52 + dice.randint(-_JITTER, _JITTER)) for tick in slots[:missing]]
    source = "fallback" if more else bar.source
    return replace(bar.with_hits([*bar.hits, *more]), source=source, density=density)
