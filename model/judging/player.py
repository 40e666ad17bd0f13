"""Somebody to listen to: a way to compose bars, asked as the engine asks.

The drummer is one, and so is the floor: the style's own patterns, varied as the engine does
while no drummer answers. Both get the same requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

from engine.bars.fallback import improvise
from engine.bars.request import Request
from engine.score.notes import Bar
from engine.score.playable import repaired
from engine.score.style import Style

PHRASE = 8  # bars, as on stage
_HISTORY = 4  # bars that a request holds, as on stage
_FIELDS = {field.name for field in fields(Request)}


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is asked for: `bars` bars of a trained style, knobs as given, else in the middle.

    With `fills` the last bar of each phrase is one.
    """

    style: str
    bpm: float
    bars: int
    seed: int
    knobs: Mapping[str, float] = field(default_factory=dict)
    fills: bool = False

    def request(self, place: int, history: tuple[Bar, ...], hands: bool) -> Request:
        """The request for one bar of it."""
        known: dict[str, object] = {
            "number": place,
            "generation": 0,
            "style": self.style,
            "mixture": ((self.style, 1.0),),
            "bpm": self.bpm,
            "place": place % PHRASE,
            "phrase": PHRASE,
            "fill": self.fills and place % PHRASE == PHRASE - 1,
            "history": history[-_HISTORY:],
            "heard": tuple(bar.outline for bar in history[-_HISTORY:]),
            "seed": self.seed * 1000 + place,
            "hands": hands,
            **self.knobs,
        }
        return Request(**{key: value for key, value in known.items() if key in _FIELDS})  # type: ignore[arg-type]


@dataclass(slots=True)
class Player:
    """Composes bar by bar; `written` are all its bars as they came, and if hands must play them.

    What is played, and told as history, is what the engine makes of them.
    """

    compose: Callable[[Request], Bar | None]
    styles: Mapping[str, Style]
    written: list[tuple[Bar, bool]] = field(default_factory=list)

    def play(self, part: Assignment) -> tuple[Bar, ...]:
        """The bars of a part, in order."""
        style = self.styles.get(part.style)
        hands = style.hands if style else True
        played: tuple[Bar, ...] = ()
        for place in range(part.bars):
            bar = self.compose(part.request(place, played, hands))
            assert bar is not None, "nothing interrupts it, and it is asked for 4/4 only"
            self.written.append((bar, hands))
            played += (repaired(bar, hands),)
        return played


def patterns(styles: Mapping[str, Style]) -> Player:
    """The floor: each style's own patterns, varied; a plain pulse for a style without any."""

    def compose(request: Request) -> Bar:
        style = styles.get(request.style)
        known = style or Style(request.style, request.style, "genre", "", (60, 120, 180))
        return improvise(known, request)

    return Player(compose, styles)
