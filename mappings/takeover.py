"""Takeover: what happens when a knob is moved whose control stands elsewhere.

`none` jumps to the knob, `pickup` waits until the knob has come by the control's place, `scale`
lets the control follow more slowly until both meet at an end. With pickup and scale the control
never moves further than the knob did: whatever another surface, a style or a recall
did meanwhile, nothing jumps.

A surface that is shown the controls may go where it is shown to: a motor fader does, and the value
inside an endless knob with a ring. One with plain knobs ignores it. Which of them it is, the first
value tells that comes after that: it is nearer to the shown place, or to where the knob was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from engine.controls.control import Control, Value

COARSE, FINE = 1 / 127, 1 / 16383  # the smallest movement of a knob, of a range of 1
NEAR = 8 / 127  # of its shown place a knob may begin of which nobody knows where it was
CLICKS = 4  # of an endless knob, to come to the next of a few choices


class Takeover(Enum):
    """The three ways of Live."""

    NONE = "none"
    PICKUP = "pickup"
    SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Shown:
    """The place 0..1 that a surface was told, and until when a motor may take to get there."""

    place: float
    until: float  # seconds


@dataclass(slots=True)
class Knob:
    """What one knob of one surface knows; places are 0..1 of a range."""

    position: float | None = None  # where it stands; None: not moved yet
    place: float = 0.0  # where it put the control, exactly
    value: Value | None = None  # what came of it; another one now: somebody else was there
    goal: Shown | None = None  # where its motor is taking it

    def move(
        self,
        control: Control,
        current: Value,
        to: float,
        grain: float,
        takeover: Takeover,
        shown: Shown | None = None,
        now: float = math.inf,
    ) -> Value | None:
        """The control's value after the knob moved to a position; None: it stays as it is.

        `grain` is the knob's smallest movement: COARSE or FINE. `shown` is where it was told to
        be, if it has sent nothing since; `now` in seconds.
        """
        before, self.position = self.position, to
        if shown == self.goal:  # which of them it is, is known
            shown = None
        obeyed = shown is not None and _obeys(before, shown.place, to)
        if shown is not None:
            self.goal = None if obeyed else shown
        if self.goal is not None and _goes_on(before, self.goal, to, grain, now):
            if abs(to - self.goal.place) <= grain:
                self._hold(control, current, self.goal.place, grain)
            return None
        self.goal = None
        if shown is not None and obeyed:
            before = shown.place
            self._hold(control, current, before, grain)
            if abs(to - before) < grain / 2:  # the control stands finer than the knob can say
                return None
        return self._take_over(control, current, before, grain, takeover)

    def _take_over(
        self,
        control: Control,
        current: Value,
        before: float | None,
        grain: float,
        takeover: Takeover,
    ) -> Value | None:
        to = self.position or 0.0
        if takeover is Takeover.NONE:
            return self._put(control, current, to)
        held = self.value is not None and self.value == current
        here = self.place if held else control.to_unit(current)
        if takeover is Takeover.SCALE:
            self.value = current
            self.place = here
            return (
                None if before is None else self._put(control, current, _scaled(before, here, to))
            )
        if held or self._meets(control, current, before, here, grain):
            return self._put(control, current, to)
        self.value = None
        return None

    def _hold(self, control: Control, current: Value, place: float, grain: float) -> None:
        """It was taken to a place: it holds the control, if that is still there."""
        here = control.to_unit(current)
        if abs(here - place) <= grain or control.from_unit(place) == current:
            self.place, self.value = place, current

    def turn(self, control: Control, current: Value, clicks: int) -> Value | None:
        """The control's value after an endless knob was turned by so many clicks, or None."""
        if control.places:  # no click is lost where nobody has a place
            return self._step(control, current, clicks)
        here = self.place if self.value == current else control.to_unit(current)
        few = len(control.choices)
        click = max(COARSE, 1 / (CLICKS * few)) if few else COARSE
        return self._put(control, current, min(1.0, max(0.0, here + clicks * click)))

    def _step(self, control: Control, current: Value, clicks: int) -> Value | None:
        """The choice so many further, at most the last one that has a place."""
        at = control.choices.index(str(current)) + clicks
        to = control.choices[min(len(control.places) - 1, max(0, at))]
        return self._put(control, current, control.to_unit(to))

    def _meets(
        self, control: Control, current: Value, before: float | None, here: float, grain: float
    ) -> bool:
        to = self.position or 0.0
        if abs(to - here) <= grain or control.from_unit(to) == current:
            return True
        return before is not None and min(before, to) <= here <= max(before, to)

    def _put(self, control: Control, current: Value, place: float) -> Value | None:
        self.place = place
        self.value = control.from_unit(place)
        return None if self.value == current else self.value


def _obeys(before: float | None, shown: float, to: float) -> bool:
    """Whether a knob that says `to` stood where it was shown, rather than where it was."""
    off = abs(to - shown)
    return off <= NEAR if before is None else off < abs(to - before)


def _goes_on(before: float | None, goal: Shown, to: float, grain: float, now: float) -> bool:
    """Whether it is a motor that moves the knob: towards its goal, soon after it was told."""
    if now > goal.until:
        return False
    left = abs(to - goal.place)
    if before is None or left <= grain:
        return True
    return left <= abs(before - goal.place) and (before - goal.place) * (to - goal.place) >= 0


def _scaled(before: float, here: float, to: float) -> float:
    """Where a control goes when its knob moves; both arrive at an end together.

    Where the control has further to go than the knob, it goes along one to one instead.
    """
    if to >= before:
        slope = min(1.0, (1.0 - here) / (1.0 - before)) if before < 1.0 else 0.0
    else:
        slope = min(1.0, here / before)
    return min(1.0, max(0.0, here + (to - before) * slope))
