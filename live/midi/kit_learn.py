"""Which pad each voice is: asked one after the other, told by whoever hits them.

Nothing waits and no port is known here: messages come in with their time.
"""

from __future__ import annotations

from engine.score.articulations import ARTICULATIONS
from mappings.kits import VOICES

ASKED = (*VOICES, *ARTICULATIONS)
QUIET = 0.3  # seconds after a hit in which others are its echo: double triggers, crosstalk
_NOTE_ON = 0x90


class KitLearner:
    """Asks for each voice, then for each articulation; `channel` 1..16 is that of the last hit."""

    def __init__(self) -> None:
        self.notes: dict[str, int] = {}
        self.channel: int | None = None
        self._at = 0
        self._heard = -QUIET

    @property
    def asked(self) -> str | None:
        """What is to be hit now; None: all was asked."""
        return ASKED[self._at] if self._at < len(ASKED) else None

    def hear(self, message: bytes, at: float) -> str:
        """Take in a MIDI message; what there is to say of it, "" for nothing."""
        hit = len(message) == 3 and message[0] & 0xF0 == _NOTE_ON and message[2] > 0
        name = self.asked
        if name is None or not hit or at - self._heard < QUIET:
            return ""
        self._heard, note = at, message[1]
        if taken := next((known for known, one in self.notes.items() if one == note), None):
            return f"{note} is the {spoken(taken)} already: hit another, or Enter skips"
        self.notes[name], self.channel = note, (message[0] & 0x0F) + 1
        self._at += 1
        return f"{spoken(name)}: {note}"

    def skip(self) -> None:
        """It has no such sound."""
        self._at += 1

    def back(self) -> None:
        """Ask for the one before again."""
        self._at = max(0, self._at - 1)
        self.notes.pop(ASKED[self._at], None)

    def values(self, name: str) -> dict[str, object]:
        """The kit file of what was learned."""
        notes = {one: note for one, note in self.notes.items() if one in VOICES}
        more = {one: note for one, note in self.notes.items() if one not in VOICES}
        return {"name": name, "channel": self.channel, "notes": notes, "articulations": more}


def spoken(name: str) -> str:
    """A voice or an articulation in words."""
    return name.replace("_", " ")
