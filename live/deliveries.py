"""Where clips go, as the settings say."""

from __future__ import annotations

from typing import Protocol

from engine.clip import Clip
from live.config import Clips


class Delivery(Protocol):
    """Brings a clip somewhere."""

    def deliver(self, clip: Clip) -> str:
        """Say where it is now; DeliveryError where it did not get there."""


def deliveries(_clips: Clips) -> list[Delivery]:
    """All that are wished for."""
    return []
