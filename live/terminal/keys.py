"""The keys of the terminal: what each asks for, and the control to learn while it is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.controls.control import Control, Value
from live.conductor.status import PerformanceStatus

# Keys and what they do, in the order in which they are dropped from the end of a short line.
HELP = (
    ("?", "all keys"),
    ("q", "quit"),
    ("space", "play/stop"),
    ("←→", "style"),
    ("↑↓", "density"),
    ("-+", "tempo"),
    ("f", "fill"),
    ("n", "new idea"),
    ("c", "capture"),
    ("l", "loop"),
    ("u", "undo"),
    ("r", "record"),
    ("p", "panic"),
    ("F", "fill now"),
    ("m", "map a knob"),
    ("M", "take that back"),
)
TRIGGERS = {
    "f": "fill",
    "F": "fill_now",
    "n": "new_idea",
    "u": "undo",
    "c": "capture",
    "p": "panic",
    "M": "unlearn",
    "q": "quit",
}
SWITCHES = {"l": "loop", "r": "record"}
# Keys that turn a control, and by how much; a style by its place in the bank, round and round.
TURNS = {
    "left": ("style", -1.0),
    "right": ("style", 1.0),
    "down": ("density", -0.05),
    "up": ("density", 0.05),
    "-": ("tempo", -1.0),
    "+": ("tempo", 1.0),
    "=": ("tempo", 1.0),  # + without Shift
}
LEARN, ALL_KEYS = "m", "?"
ESCAPE = "\x1b"

Command = tuple[str, Value]


def command(
    key: str, status: PerformanceStatus, values: Mapping[str, Value], table: Mapping[str, Control]
) -> Command | None:
    """What a key asks for: a control and its value, or ("quit", 1.0).

    `values` is where the controls stand.
    """
    if key == " ":
        return ("play" if status.state.transport in ("stopped", "gone") else "stop"), 1.0
    if name := SWITCHES.get(key):
        return name, 1.0 - float(values[name])
    if turn := TURNS.get(key):
        return _turned(table[turn[0]], values[turn[0]], turn[1])
    name = TRIGGERS.get(key)
    return (name, 1.0) if name else None


def _turned(control: Control, value: Value, by: float) -> Command:
    if control.choices:
        place = control.choices.index(str(value)) + int(by)
        return control.name, control.choices[place % len(control.choices)]
    steps = round(float(value) / abs(by)) + (1 if by > 0 else -1)  # to a whole step, from between
    return control.name, min(control.high, max(control.low, round(steps * abs(by), 6)))


def refused(key: str, status: PerformanceStatus) -> str:
    """Why a key does nothing now; "" where it does."""
    if TURNS.get(key, ("",))[0] == "tempo" and status.state.driver == "midi":
        return "the tempo is the MIDI clock's: change it there, in Live"
    return ""


@dataclass(slots=True)
class Typing:
    """The name of the control to learn, while it is being typed; `m` begins it."""

    text: str | None = None

    def on(self, key: str) -> bool:
        """Whether a key is for the name and not for the drummer."""
        return self.text is not None or key == LEARN

    def press(self, key: str, names: Sequence[str]) -> Command | None:
        """The command to learn a control at Enter; Escape calls it off."""
        if self.text is None or key == ESCAPE:
            self.text = "" if self.text is None else None
            return ("learn", "")
        if key in "\r\n":
            found, self.text = self._match(names), None
            return ("learn", found)
        if key in "\x7f\b":
            self.text = self.text[:-1]
        elif len(key) == 1:
            self.text += key
        return None

    def _match(self, names: Sequence[str]) -> str:
        typed = (self.text or "").strip().casefold()
        begun = (name for name in sorted(names, key=len) if name.startswith(typed))
        return next(begun, typed) if typed else ""

    def shown(self, status: PerformanceStatus) -> PerformanceStatus:
        """The status with what has been typed."""
        if self.text is None:
            return status
        name = self._match([name for name, _ in status.state.controls])
        text = f"which control? {self.text}▌  {name}  (Enter, then move a knob; Esc: none)"
        return replace(status, learn=text)
