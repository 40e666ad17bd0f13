"""Values in the words of an error."""

from __future__ import annotations

import reprlib

LONGEST = 300  # letters of a value that is shown


class _Shown(reprlib.Repr):
    """Values as an error shows them: aliases may make a small file's value endless."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxlist, self.maxdict, self.maxset = 3, 8, 8, 8
        self.maxstring, self.maxlong, self.maxother = 100, 40, 100

    def repr_int(self, x: int, level: int) -> str:
        """Of very long ones Python does not make digits."""
        return super().repr_int(x, level) if x.bit_length() < 4000 else "a number without end"


def shown(value: object) -> str:
    """A value in an error, of so many letters at most."""
    text = _Shown().repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
