"""`drumigen learn`: touch a control, move a knob, and it is in the user's own map."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.controls.control import Control
from engine.controls.desk import Desk
from live.config import Config
from live.loaded_config import map_folder, open_config, open_maps
from live.midi.midi_learn import Learned, Learner, told
from live.midi.port_status import PortStatus
from live.midi.ports import Ports
from mappings.controller_map import Map, Maps
from mappings.own_map import new_map, write_binding

OWN = "MidiDrumiGen In"
TICK = 0.05  # seconds between looks at a knob that has come to rest
PATIENCE = 15.0  # seconds until it is said which ports are listened to

Message = tuple[float, bytes, str]


def teach(config: Config, names: Sequence[str]) -> int:
    """Bind the next knobs that are moved to these controls, or to those typed in; 0."""
    table = Desk(open_config(config).setup.styles).table
    waiting: queue.Queue[Message] = queue.Queue()
    ports = Ports(
        lambda at, message, port: waiting.put((at, message, port)),
        controllers=(("",), ()),  # every port there is: any of them may be a controller
        virtual=config.virtual,
    )
    ports.open()
    try:
        for name in names or _typed(table):
            _lesson(name, config, table, waiting, ports.status)
    except (KeyboardInterrupt, EOFError):
        print()
    finally:
        ports.close()
    return 0


def _typed(table: Mapping[str, Control]) -> Iterator[str]:
    """What the user types, until it is nothing."""
    while name := input("control (? lists them, Enter ends): ").strip():
        if name == "?":
            print(", ".join(table))
        elif name in table:
            yield name
        else:
            near = [other for other in table if name.casefold() in other]
            print(f"{name!r} is no control; perhaps: {', '.join(near) or 'type ? for a list'}")


def _lesson(
    name: str,
    config: Config,
    table: Mapping[str, Control],
    waiting: queue.Queue[Message],
    status: Callable[[], PortStatus],
) -> None:
    learner = Learner(table)
    learner.arm(name)
    learned = _wait(learner, waiting, status)
    one = map_of(open_maps(config, table), learned.port, config)
    _, gone = one.bound(learned.binding)
    path = write_binding(one, learned.binding, map_folder(config), table)
    print(f"{told(learned, one.name, gone)}\n  saved in {path}", flush=True)


def _wait(
    learner: Learner, waiting: queue.Queue[Message], status: Callable[[], PortStatus]
) -> Learned:
    """Until a knob has been moved and come to rest."""
    said, patience = "", time.monotonic() + PATIENCE
    while True:
        if learner.said != said:
            said = learner.said
            print(f"{said} (turn an endless knob to the right first)", flush=True)
        try:
            at, message, port = waiting.get(timeout=TICK)
        except queue.Empty:
            if (learned := learner.learned(time.perf_counter())) is not None:
                return learned
        else:
            if message and message[0] < 0xF0:
                learner.hear(message, port, at)
                patience = time.monotonic() + PATIENCE
        if time.monotonic() > patience:
            patience = float("inf")
            now = status()
            heard = ", ".join((*now.inputs, *now.surfaces)) or "none"
            print(f"nothing came in so far; listening to: {heard}", flush=True)


def map_of(maps: Maps, port: str, config: Config) -> Map:
    """The map that a port's knobs are learned into: its own, or a new one of its name."""
    asked = any(part.casefold() in port.casefold() for part in config.inputs)
    return maps.of(port) or (maps.own if asked or port == OWN else new_map(port))
