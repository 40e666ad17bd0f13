"""Clips into the set that Live has open, through AbletonOSC: where it is, and is it there?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from engine.errors import AbsentError
from engine.takes.clip import Clip
from live.ableton.client import AbletonClient, NoAnswerError
from live.ableton.filling import Filling
from live.ableton.open_set import OpenSet
from live.ableton.transport import PORT, REPLY_PORT, Patience, Transport, UdpTransport


@dataclass(frozen=True, slots=True)
class AbletonAddress:
    """Where AbletonOSC is; `reply_port` is the one it answers to."""

    host: str = "127.0.0.1"
    port: int = PORT
    reply_port: int = REPLY_PORT

    def open(self) -> Transport:
        """A socket to it; DeliveryError when the reply port is taken."""
        return UdpTransport(self.host, self.port, self.reply_port)


class SlotDelivery:
    """Puts clips into the first free slot of a track.

    `new_scene`: where none is free, add a scene at the end. `connect` opens the wire of one
    delivery, which closes it; None: a socket to `address`.
    """

    def __init__(
        self,
        track: str,
        address: AbletonAddress | None = None,
        *,
        new_scene: bool = True,
        patience: Patience | None = None,
        connect: Callable[[], Transport] | None = None,
    ) -> None:
        self._track = track
        self._address = address or AbletonAddress()
        self._new_scene = new_scene
        self._patience = patience or Patience()
        self._connect = connect or self._address.open
        self._absent = False

    def deliver(self, clip: Clip) -> str:
        """Put it there; in words, where it is. DeliveryError says what is there instead."""
        with closing(self._connect()) as wire:
            live = OpenSet(AbletonClient(wire, self._patience))
            self._greet(live)
            return Filling(live, self._track, clip, new_scene=self._new_scene).run()

    def _greet(self, live: OpenSet) -> None:
        """What to do about it is said once, until it was there again."""
        try:
            live.greet()
        except NoAnswerError as error:
            text = no_answer(self._address, again=self._absent)
            self._absent = True
            raise AbsentError(text) from error
        self._absent = False


def no_answer(address: AbletonAddress, *, again: bool = False) -> str:
    """What to say when AbletonOSC is not there."""
    where = f"{address.host}:{address.port}"
    if again:
        return f"AbletonOSC still does not answer at {where}"
    return (
        f"AbletonOSC does not answer at {where}: is Live running, and AbletonOSC chosen as a "
        "Control Surface under Settings > Link, Tempo & MIDI? It is free: "
        "https://github.com/ideoforms/AbletonOSC, to be unpacked as AbletonOSC into "
        "Remote Scripts in Live's User Library"
    )
