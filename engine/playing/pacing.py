"""When to ask the drummer, to plan the notes anew and to show: soon, and not too often.

A knob that turns sends hundreds of values a second; nobody needs as many bars, plans or pictures.
"""

from __future__ import annotations

import math

ASK_EVERY = 0.15  # seconds between requests while a knob turns: time to finish a bar
REPLAN_EVERY = 0.002  # seconds between replans while a knob turns
SHOW_EVERY = 0.05  # seconds between states for the screen


class Pacing:
    """Moments in seconds of the performance's clock; None: not at all until something happens."""

    def __init__(self) -> None:
        self.ask_at: float | None = -math.inf
        self.show_at: float | None = -math.inf
        self.replan_at: float | None = None
        self._asked_at = self._shown_at = self.planned_at = -math.inf

    # ---- something happened
    def ask_soon(self, now: float) -> None:
        self.ask_at = max(now, self._asked_at + ASK_EVERY)

    def show_soon(self, now: float) -> None:
        self.show_at = max(now, self._shown_at + SHOW_EVERY)

    def replan_soon(self, now: float) -> None:
        self.replan_at = max(now, self.planned_at + REPLAN_EVERY)

    def tell_now(self, now: float) -> None:
        """Ask and show at once: other bars are due."""
        self.ask_at = self.show_at = now

    # ---- it was done
    def answered(self) -> None:
        """The drummer has answered, and may be asked at once."""
        self._asked_at = -math.inf

    def asked(self, now: float) -> None:
        self._asked_at = now

    def shown(self, now: float, *, again: bool) -> None:
        """A state was shown; while it sounds the next one follows."""
        self._shown_at = now
        self.show_at = now + SHOW_EVERY if again else None

    def planned(self, now: float) -> None:
        self.planned_at, self.replan_at = now, None
