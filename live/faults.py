"""What went wrong on stage: counted, shown, never raised through the beat."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """How often something went wrong, and its newest wording."""

    count: int
    text: str


class Faults:
    """Faults by kind; the newest text of each is kept, so hours of them take no memory."""

    def __init__(self) -> None:
        self._kinds: dict[str, Fault] = {}

    def add(self, kind: str, text: str) -> None:
        """Count a fault of a kind ("osc", "midi", "drummer" …)."""
        known = self._kinds.get(kind)
        self._kinds[kind] = Fault(known.count + 1 if known else 1, text)

    def set(self, kind: str, count: int, text: str) -> None:
        """Take over the count of somebody who counts for himself."""
        if count:
            self._kinds[kind] = Fault(count, text)

    def kinds(self) -> tuple[tuple[str, Fault], ...]:
        return tuple(self._kinds.items())
