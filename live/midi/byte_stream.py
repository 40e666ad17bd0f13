"""Bytes of a MIDI port to whole messages: whatever comes, realtime messages pass.

MIDI 1.0 Detailed Specification 4.2: realtime messages may stand anywhere, even within a SysEx; any
other status ends one.
"""

from __future__ import annotations

SYSEX, END_OF_SYSEX, REALTIME, SENSING = 0xF0, 0xF7, 0xF8, 0xFE
DATA_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0}  # of system common messages
UNDEFINED = (0xF4, 0xF5, 0xF9, 0xFD)


def data_bytes(status: int) -> int:
    """How many follow this status byte, which is none of SysEx."""
    if status >= REALTIME:
        return 0
    if status >= SYSEX:
        return DATA_BYTES.get(status, 0)
    return 1 if status & 0xE0 == 0xC0 else 2


def _is_whole(data: bytes) -> bool:
    """Whether it is one channel message and nothing else."""
    if len(data) not in (2, 3) or not 0x80 <= data[0] < SYSEX:
        return False
    return len(data) == 1 + data_bytes(data[0]) and max(data[1:]) < 0x80


class ByteStream:
    """One port's bytes, handed over message by message or in any other pieces.

    SysEx and active sensing are left out; `bad` counts what means nothing: data bytes that belong
    to no message, undefined status bytes, messages that were cut off.
    """

    def __init__(self) -> None:
        self.bad = 0
        self._in_sysex = False
        self._begun = b""  # of a message whose data bytes are still to come
        self._misplaced = False  # data bytes that belong to nothing: counted once in a row

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole now, in order."""
        if not self._begun and not self._in_sysex and _is_whole(data):  # as nearly always
            self._misplaced = False
            return [data]
        found: list[bytes] = []
        for byte in data:
            if byte >= REALTIME:
                self._realtime(byte, found)
            elif byte >= 0x80:
                self._status(byte, found)
            else:
                self._data(byte, found)
        return found

    def _realtime(self, byte: int, found: list[bytes]) -> None:
        if byte in UNDEFINED:
            self.bad += 1
        elif byte != SENSING:
            found.append(bytes((byte,)))

    def _status(self, byte: int, found: list[bytes]) -> None:
        if self._begun or (byte == END_OF_SYSEX and not self._in_sysex):
            self.bad += 1
        self._begun, self._misplaced, self._in_sysex = b"", False, byte == SYSEX
        if byte in UNDEFINED:
            self.bad += 1
        elif byte not in (SYSEX, END_OF_SYSEX):
            self._go_on(bytes((byte,)), found)

    def _data(self, byte: int, found: list[bytes]) -> None:
        if self._begun:
            self._go_on(self._begun + bytes((byte,)), found)
        elif not self._in_sysex and not self._misplaced:
            self.bad += 1
            self._misplaced = True

    def _go_on(self, message: bytes, found: list[bytes]) -> None:
        if len(message) == 1 + data_bytes(message[0]):
            found.append(message)
            self._begun = b""
        else:
            self._begun = message
