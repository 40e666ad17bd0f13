"""The commands of a performance: `drumigen live` and `drumigen learn`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from functools import partial
from typing import Any

from drumigen.options import add_command, add_config, add_performance, config_of, performance_of
from live.config import SOURCES


def add_live(commands: Any) -> None:
    """`drumigen live`, the main job."""
    live = add_command(commands, "live", "play along with Ableton Live, or alone: the main job")
    add_performance(live)
    live.add_argument("--clock", choices=SOURCES, help="whose clock (default auto)")
    live.add_argument("--play", action="store_true", help="start our own clock at once")
    live.add_argument(
        "--for", dest="seconds", type=float, metavar="SECONDS", help="end after so many seconds"
    )
    live.add_argument("--no-panel", action="store_true", help="no page for the browser")
    live.add_argument("--open", action="store_true", help="open the page in the browser")
    live.set_defaults(command=_live)


def add_learn(commands: Any) -> None:
    """`drumigen learn`."""
    learn = add_command(commands, "learn", "touch a control, move a knob: it is yours")
    learn.add_argument("controls", nargs="*", metavar="CONTROL", help="asked for when none is said")
    learn.add_argument("--undo", action="store_true", help="take back what was learned last")
    add_config(learn)
    learn.set_defaults(command=_learn)


def _live(options: argparse.Namespace) -> int:
    from live.material.primer import fitted, primed  # noqa: PLC0415
    from live.material.read_apart import read_apart  # noqa: PLC0415
    from live.performance import perform  # noqa: PLC0415

    config, source = performance_of(options)
    enabled = config.panel.enabled and not options.no_panel
    config = replace(config, panel=replace(config.panel, enabled=enabled, browser=options.open))
    if source is None:
        return perform(config, options.seconds)
    primer = read_apart(source.name, config, source.track, source.channel)
    for line in primer.said:
        print(f"{source.name}: {line}", file=sys.stderr)
    given = partial(primed, primer=primer, vary=source.vary)
    return perform(fitted(config, primer), options.seconds, given)


def _learn(options: argparse.Namespace) -> int:
    from drumigen.lesson import teach, unteach  # noqa: PLC0415

    if options.undo:
        return unteach(config_of(options))
    return teach(config_of(options), options.controls)
