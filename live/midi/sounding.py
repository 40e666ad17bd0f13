"""Which notes sound, by what has left: to let go of them when nobody else will."""

from __future__ import annotations


class Sounding:
    """Notes that were struck and not let go of."""

    def __init__(self) -> None:
        self._struck: set[tuple[int, int]] = set()  # channel 0..15 and note

    def add(self, message: bytes) -> None:
        """A message has left."""
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        if kind == 0x90 and message[2]:
            self._struck.add((channel, message[1]))
        elif kind in (0x80, 0x90):
            self._struck.discard((channel, message[1]))

    def releases(self) -> list[bytes]:
        """Note-offs for all of them, said once."""
        struck, self._struck = self._struck, set()
        return [bytes((0x80 | channel, note, 64)) for channel, note in sorted(struck)]
