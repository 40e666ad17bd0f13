"""Names and values in the words of an error: what was written, and the nearest that is known."""

from __future__ import annotations

import reprlib
from collections.abc import Collection
from difflib import get_close_matches

LONGEST = 300  # letters of a value that is shown


def hint(word: object, known: Collection[str]) -> str:
    """The nearest of known names, as the end of an error; "" where none is near."""
    if not isinstance(word, str) or len(word) > 100:
        return ""
    names = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), names, 1)
    return f"; did you mean {names[near[0]]}?" if near else ""


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
