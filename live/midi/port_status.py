"""What ports are wanted, and what there is of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

Links = tuple[tuple[str, str], ...]  # full names of two ports, from and to


@dataclass(frozen=True, slots=True)
class PortStatus:
    """What a screen shows of the ports."""

    system: str | None  # "JACK", "ALSA", "CoreMIDI" or "Windows MM"; None: nothing to play to
    inputs: tuple[str, ...]  # open now, as handed to `receive`
    outputs: tuple[str, ...]
    missing: tuple[str, ...]  # wanted names that no port has now
    faults: int
    last_fault: str  # "" when there was none
    surfaces: tuple[str, ...] = ()  # controllers that are open: inputs, and outputs to show on


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ports the program is to have; see live.midi.ports.Ports."""

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    controllers: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    virtual: bool = True
    name: str = "MidiDrumiGen"

    def nothing(self) -> PortStatus:
        """How it stands where no MIDI system runs."""
        return PortStatus(None, (), (), (*self.inputs, *self.outputs), 0, "")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a MIDI system has opened of it."""

    system: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    surfaces: tuple[str, ...] = ()
    # Outputs of controllers that can be told something now, and their numbers on the wire.
    lamps: tuple[tuple[str, int], ...] = ()
    made: Links = ()  # by others, to our own ports: they are made again after a death


def first(names: Iterable[str], part: str, taken: Container[str | None]) -> str | None:
    """The first name that is free and has a part in it, in any case."""
    return next(iter(matching(names, (part,), taken)), None)


def matching(names: Iterable[str], parts: Sequence[str], taken: Container[str | None]) -> list[str]:
    """The names that are free and have one of these parts in them, in any case."""
    folded = [part.casefold() for part in parts]
    return [n for n in names if n not in taken and any(p in n.casefold() for p in folded)]
