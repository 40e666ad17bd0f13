"""`drumigen learn`: touch a control, move a knob, and it is in the user's own map."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from drumigen.midi_demand import demand_input, listening
from engine.controls.control import Control
from engine.controls.desk import Desk
from engine.errors import MappingError
from engine.names import hint
from live.config import Config
from live.loaded_config import map_folder, open_config, open_maps
from live.midi.midi_learn import Learned, Learner, told
from live.midi.port_status import PortStatus
from mappings.controller_map import Map, Maps
from mappings.lessons import take_back
from mappings.own_map import new_map, write_binding

OWN = "MidiDrumiGen In"
TICK = 0.05  # seconds between looks at a knob that has come to rest
PATIENCE = 15.0  # seconds until it is said which ports are listened to
LONGEST = 60.0  # seconds until nobody is going to move anything
UNDO = "-"  # typed instead of a control

Message = tuple[float, bytes, str]


def teach(config: Config, names: Sequence[str]) -> int:
    """Bind the next knobs that are moved to these controls, or to those typed in.

    0; 1 where nothing was moved for a control that was asked for. ControlError for an unknown
    one, ConfigError where no MIDI could be heard: both before anything is asked.
    """
    table = Desk(open_config(config).setup.styles).table
    for name in names:
        Learner(table).arm(name)  # refused before anything is waited for
    demand_input("learn", config)
    waiting: queue.Queue[Message] = queue.Queue()
    with listening(config, lambda *message: waiting.put(message)) as ports:
        try:
            for name in names or _typed(table, config):
                if not _lesson(name, config, table, waiting, ports.status) and names:
                    return 1
        except (KeyboardInterrupt, EOFError):
            print()
    return 0


def unteach(config: Config) -> int:
    """Take back what was learned last; 0. MappingError where there is no such thing."""
    print(f"taken back in {take_back(map_folder(config))}")
    return 0


def _typed(table: Mapping[str, Control], config: Config) -> Iterator[str]:
    """What the user types, until it is nothing."""
    while name := input(f"control (? lists them, {UNDO} takes back, Enter ends): ").strip():
        if name == "?":
            print(", ".join(table))
        elif name == UNDO:
            try:
                unteach(config)
            except MappingError as error:
                print(error)
        elif name in table:
            yield name
        else:
            print(f"{name!r} is no control{hint(name, table)} ? lists them")


def _lesson(
    name: str,
    config: Config,
    table: Mapping[str, Control],
    waiting: queue.Queue[Message],
    status: Callable[[], PortStatus],
) -> bool:
    """Whether a knob was moved and bound to the control."""
    learner = Learner(table, LONGEST)
    learner.arm(name, time.perf_counter())
    if (learned := _wait(learner, waiting, status)) is None:
        return False
    one = map_of(open_maps(config, table), learned.port, config)
    learned = replace(learned, binding=one.refined(learned.binding))
    _, gone = one.bound(learned.binding)
    path = write_binding(one, learned.binding, map_folder(config), table)
    print(f"{told(learned, one.name, gone)}\n  saved in {path}", flush=True)
    return True


def _wait(
    learner: Learner, waiting: queue.Queue[Message], status: Callable[[], PortStatus]
) -> Learned | None:
    """Until a knob has been moved and come to rest; None: nobody has moved one."""
    said, patience = "", time.monotonic() + PATIENCE
    while True:
        if learner.said != said:
            said = learner.said
            hint = " (turn an endless knob to the right first)" if learner.control else ""
            print(f"{said}{hint}", flush=True)
        if learner.control is None:
            return None
        with contextlib.suppress(queue.Empty):
            at, message, port = waiting.get(timeout=TICK)
            if message and message[0] < 0xF0:
                learner.hear(message, port, at)
                patience = time.monotonic() + PATIENCE
        # Not only when nothing comes: a clock may run on another port.
        if (learned := learner.learned(time.perf_counter())) is not None:
            return learned
        if time.monotonic() > patience:
            patience = float("inf")
            now = status()
            heard = ", ".join((*now.inputs, *now.surfaces)) or "none"
            print(f"nothing came in so far; listening to: {heard}", flush=True)


def map_of(maps: Maps, port: str, config: Config) -> Map:
    """The map that a port's knobs are learned into: its own, or a new one of its name."""
    asked = any(part.casefold() in port.casefold() for part in config.inputs)
    return maps.of(port) or (maps.own if asked or port == OWN else new_map(port))
