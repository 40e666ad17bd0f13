"""`drumigen kit learn NAME`: hit each voice on a pad, and they are a kit of your own."""

from __future__ import annotations

import contextlib
import queue
import sys
import threading

from drumigen.midi_demand import demand_input, listening
from engine.errors import ConfigError
from live.config import Config
from live.midi.kit_learn import KitLearner, spoken
from live.own_kit import own_kit_path, save_kit
from mappings.plain_words import counted

END, BACK = "q", "-"  # typed
HELP = (
    f"Enter skips what it has not, {BACK} asks the one before again, {END} ends and keeps the rest"
)
TICK = 0.2  # seconds between looks at the keyboard and at Ctrl-C

Heard = tuple[float, bytes] | str  # a MIDI message and its time, or a typed line


def learn_kit(config: Config, name: str, *, force: bool = False) -> int:
    """Ask for every voice and write the kit; 1 where nothing was hit.

    MappingError for a name it may not have; ConfigError where it is there already, or no MIDI
    input is.
    """
    path = own_kit_path(name)
    if path.exists() and not force:
        raise ConfigError(f"{path}: is there already; --force writes over it")
    inputs = demand_input("kit learn", config)
    print(f"listening to {', '.join(inputs) or 'MidiDrumiGen In alone: connect your pads to it'}")
    print(HELP)
    waiting: queue.Queue[Heard] = queue.Queue()
    learner = KitLearner()
    with listening(config, lambda at, message, _port: waiting.put((at, message))):
        threading.Thread(target=_read, args=(waiting,), daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):
            _ask(learner, waiting)
    return _keep(learner, name, force=force)


def _read(waiting: queue.Queue[Heard]) -> None:
    """Pass on what is typed, until the keyboard is gone."""
    for line in sys.stdin:
        waiting.put(line.strip())


def _ask(learner: KitLearner, waiting: queue.Queue[Heard]) -> None:
    """Until all was asked, or the user ends it."""
    said = None
    while (name := learner.asked) is not None:
        if name != said:
            said = name
            print(f"hit the {spoken(name)}", flush=True)
        with contextlib.suppress(queue.Empty):
            match waiting.get(timeout=TICK):
                case str(typed):
                    if typed == END:
                        return
                    learner.back() if typed == BACK else learner.skip()
                case at, message:
                    if answer := learner.hear(message, at):
                        print(f"  {answer}", flush=True)


def _keep(learner: KitLearner, name: str, *, force: bool) -> int:
    if not learner.notes:
        print("nothing was hit; nothing is written", file=sys.stderr)
        return 1
    try:
        path = save_kit(learner.values(name), replace=force)
    except FileExistsError as error:
        raise ConfigError(f"{error.filename}: is there already; --force writes over it") from error
    print(f"{counted(len(learner.notes), 'sound')}, saved in {path}")
    print(f"play it: drumigen live --kit {path.stem}")
    return 0
