"""What stands at every OSC address that can be read: controls, transport, beat, the bar's grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.controls.control import Control, Kind, Value
from engine.playing.state import State
from engine.score.drum_tab import rows
from engine.score.notes import Bar, Voice
from live.osc.encode import message
from mappings.osc_addresses import PREFIX, Argument, shown


class AddressBook:
    """The newest message of every address that can be read."""

    def __init__(self, table: Mapping[str, Control]) -> None:
        self.messages: dict[str, bytes] = {}
        self._table = table
        self._values: dict[str, Value] = {}
        self._moment: dict[str, Argument] = {}
        self._bar: Bar | None = None
        self._grid(None)

    def look(self, state: State) -> list[str]:
        """Take in a state; the addresses that changed."""
        changed = []
        for address, argument in _moment(state):
            if self._moment.get(address) != argument:
                self._moment[address] = argument
                self.messages[address] = message(address, argument)
                changed.append(address)
        for name, value in state.controls:
            if self._values.get(name) != value and self._table[name].kind is not Kind.TRIGGER:
                self._values[name] = value
                for address, argument in shown(self._table[name], value):
                    self.messages[address] = message(address, argument)
                    changed.append(address)
        if state.bar is not self._bar:
            changed += self._grid(state.bar)
        return changed

    def _grid(self, bar: Bar | None) -> list[str]:
        self._bar, changed = bar, []
        lines = rows([bar]) if bar else {}
        for voice in Voice:
            address = f"{PREFIX}grid/{voice.value}"
            silence = "." * bar.meter.steps if bar else ""
            data = message(address, lines[voice].strip("|") if voice in lines else silence)
            if self.messages.get(address) != data:
                self.messages[address] = data
                changed.append(address)
        return changed


def _moment(state: State) -> Iterator[tuple[str, Argument]]:
    """Where the performance is: transport, tempo, bar and beat, as addresses and arguments."""
    playing = state.bar is not None
    beat = state.place.beat + 1 if playing else 0
    yield PREFIX + "transport", state.transport
    yield PREFIX + "playing", float(playing)
    yield PREFIX + "beat", beat
    for number in range(1, state.meter.numerator + 1):
        yield f"{PREFIX}beat/{number}", float(number == beat)
    yield PREFIX + "bar", state.place.bar + 1
    yield PREFIX + "playing_part", state.part
    yield PREFIX + "coming_part", state.coming
    yield PREFIX + "bpm", round(state.bpm, 1)
    yield PREFIX + "bpm/text", f"{state.bpm:.1f} BPM"
