"""Several ports with a clock: one leads, the others are said and ignored until it is gone."""

from __future__ import annotations

TICK, START, CONTINUE, STOP = 0xF8, 0xFA, 0xFB, 0xFC
GONE = 1.0  # seconds without a message of the leader's after which another may lead


class Masters:
    """Which port's clock, Start, Stop and Song Position count; the conductor's thread only."""

    def __init__(self) -> None:
        self.others = 0  # how often another began to send, so far
        self.said = ""  # of the last one
        self._leader: str | None = None
        self._heard = 0.0  # seconds; the leader's last message
        self._plays = False
        self._other_at: dict[str, float] = {}

    def leads(self, port: str, status: int, at: float) -> bool:
        """Whether a message of these counts.

        Who only ticks gives way to who is started.
        """
        free = self._leader is None or at - self._heard > GONE
        if port != self._leader:
            if not free and (self._plays or status not in (START, CONTINUE)):
                self._ignore(port, at)
                return False
            self._leader, self._plays = port, False
        self._heard = at
        if status in (START, CONTINUE, STOP):
            self._plays = status != STOP
        return True

    def _ignore(self, port: str, at: float) -> None:
        if at - self._other_at.get(port, -GONE) >= GONE:
            self.others += 1
            self.said = f"{port} sends a clock too: ignored until that of {self._leader} is gone"
        self._other_at[port] = at
