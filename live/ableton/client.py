"""Questions to AbletonOSC over UDP, and the answers that belong to them.

It answers in the order it was asked, ten times a second; says nothing of what it did; and an
error does not tell what it is about. A question can be lost, and so can its answer, or come
after one has given up on it. So questions travel behind a mark that is answered with a number
of ours, and with another one after them: what comes behind our mark is the answer to what we
asked, what has not come by the second one is lost, and an error between the two is ours.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message import ParseError as MessageError

from engine.errors import DeliveryError
from live.ableton.transport import Patience, Transport
from live.osc.encode import message, packed
from mappings.osc_addresses import Argument

REFUSALS = 2  # errors to a question before it is taken for refused: one may be another's
# Marks: what nobody else asks for, as their answers come here too. Both give back what they were
# asked with (AbletonOSC since January 2025); before, only values.
BEGIN, END = "/live/song/get/can_undo", "/live/song/get/can_redo"
ERROR = "/live/error"
# Indices that an answer begins with, by the second word of its address.
ECHOED = {"clip": 2, "clip_slot": 2, "track": 1, "scene": 1}
# What python-osc lets through on crafted datagrams.
_CRAFTED = (ValueError, IndexError, TypeError, OverflowError, RecursionError, struct.error)


class NoAnswerError(DeliveryError):
    """AbletonOSC did not answer in time."""


class RefusedError(DeliveryError):
    """AbletonOSC answered with an error; its words are the text."""


class Said(NamedTuple):
    """A message to AbletonOSC."""

    address: str
    arguments: tuple[Argument, ...] = ()

    @property
    def data(self) -> bytes:
        """As an OSC message."""
        return message(self.address, *self.arguments)

    @property
    def echo(self) -> tuple[Argument, ...]:
        """What its answer begins with: track and slot, where it is about one."""
        return self.arguments[: ECHOED.get(self.address.split("/")[2], 0)]


def say(address: str, *arguments: Argument) -> Said:
    """A message or question; indices and pitches must be ints: AbletonOSC casts few of them."""
    return Said("/live/" + address, arguments)


Answer = tuple[object, ...]


@dataclass(slots=True)
class _Asking:
    """One `ask`: what it wants to know, and what has come of it so far."""

    questions: Sequence[Said]
    first: int  # number of its first marks
    answers: dict[int, Answer] = field(default_factory=dict)  # by the question's place
    latest: int = 0  # number of its latest marks
    ours: bool = False  # is what comes now an answer to this, not to what was asked before?
    begun: bool = False  # has the latest mark come? errors from then on are about this
    errors: list[str] = field(default_factory=list)

    def open(self) -> list[int]:
        """Places of the questions not answered yet."""
        return [place for place in range(len(self.questions)) if place not in self.answers]

    def take(self, address: str, arguments: Answer) -> None:
        """An answer, if it is one to what is open."""
        for place in self.open():
            question = self.questions[place]
            echo = question.echo
            if question.address == address and arguments[: len(echo)] == echo:
                self.answers[place] = arguments[len(echo) :]
                return


class AbletonClient:
    """Asks and tells AbletonOSC over a wire."""

    def __init__(self, wire: Transport, patience: Patience | None = None) -> None:
        self.patience = patience or Patience()
        self.complaint = ""  # the last error, whoever's it was
        self._wire = wire
        self._number = secrets.randbelow(1 << 30)  # a former program's answers may still come
        self._echoes: bool | None = None  # does it give marks back? None: not heard yet

    def now(self) -> float:
        """The time by which it is patient."""
        return self._wire.now()

    def tell(self, *said: Said) -> None:
        """Send what has no answer, all in one: the first error ends it (as in AbletonOSC)."""
        self._wire.send(packed([one.data for one in said]))

    def ask(
        self, *questions: Said, then: Sequence[Said] = (), limit: float | None = None
    ) -> list[Answer]:
        """The answers in order, without the indices they begin with; asked again until there.

        `then` is done right after the questions, in the same moment of Live; if asked again,
        again, and an error is its own. No two questions may have the same address and indices.
        NoAnswerError after `limit` seconds (None: the patience's), RefusedError when there are
        errors for answers.
        """
        asking, wait = _Asking(questions, self._number + 1), self.patience.first
        if self._echoes is False:  # what was asked before can only be told apart by silence
            asking.ours = True
            while self._wire.receive(self.now() + wait) is not None:
                pass
        end = self.now() + (self.patience.limit if limit is None else limit)
        refusals = 0
        while True:
            self._put(asking, then)
            passed = self._listen(asking, min(self.now() + wait, end))
            if len(asking.answers) == len(questions):
                return [asking.answers[place] for place in range(len(questions))]
            if asking.errors and not then:
                refusals += 1
                if refusals == REFUSALS:
                    raise RefusedError(asking.errors[-1])
            if self.now() >= end:
                raise NoAnswerError(
                    f"AbletonOSC did not answer {questions[0].address}: Live is busy or closed"
                )
            if not passed:  # busy or gone; else only lost, and asked again at once
                wait = min(wait * self.patience.growth, self.patience.longest)

    def _put(self, asking: _Asking, then: Sequence[Said]) -> None:
        self._number += 1
        asking.latest, asking.begun, asking.errors = self._number, False, []
        said = [asking.questions[place] for place in asking.open()]
        self.tell(Said(BEGIN, (self._number,)), *said, *then)
        self.tell(Said(END, (self._number,)))  # by itself: an error before it must not end it

    def _listen(self, asking: _Asking, until: float) -> bool:
        """Until all is answered, the latest end mark has come by (True), or a moment."""
        while asking.open():
            datagram = self._wire.receive(until)
            if datagram is None:
                return False
            address, arguments = _read(datagram)
            if address == ERROR:
                self.complaint = str(arguments[0]) if arguments else ""
                if asking.begun:
                    asking.errors.append(self.complaint)
            elif address in (BEGIN, END):
                number = self._mark(arguments, asking)
                # Order is kept: behind the end of the question before, all is about this one.
                asking.ours |= number >= asking.first - (address == END)
                if number == asking.latest:
                    asking.begun = True
                    if address == END:
                        return True
            elif asking.ours:
                asking.take(address, arguments)
        return True

    def _mark(self, arguments: Answer, asking: _Asking) -> int:
        """The number of a mark; -1: not one of ours.

        An AbletonOSC that gives no number back is taken to be up to date.
        """
        if len(arguments) > 1:
            self._echoes = True
            number = arguments[1]
            known = isinstance(number, int) and number <= asking.latest
            return number if known and isinstance(number, int) else -1
        if self._echoes is None:
            self._echoes = False
        return -1 if self._echoes else asking.latest


def _read(datagram: bytes) -> tuple[str, Answer]:
    try:
        read = OscMessage(datagram)
        return str(read.address), tuple(read.params)
    except (MessageError, *_CRAFTED):  # not from AbletonOSC
        return "", ()
