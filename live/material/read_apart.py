"""Reading what a performance begins with, in a passing process: it needs the model's code.

The performance's own process must never load that, so it is read in another one, which ends
before the first beat.
"""

from __future__ import annotations

import importlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from live.config import Config
from live.material.primer import Primer


def read_apart(
    source: str, config: Config, track: str | None = None, channel: int | None = None
) -> Primer:
    """What live.material.primer_sources.primer_of reads, in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_read, source, config, track, channel).result()


def _read(source: str, config: Config, track: str | None, channel: int | None) -> Primer:
    sources = importlib.import_module("live.material.primer_sources")
    primer: Primer = sources.primer_of(source, config, track, channel)
    return primer
