"""What a performance starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bars.given import Given
from engine.controls.control import Value
from engine.controls.snapshots import Snapshot
from engine.score.grid import FOUR_FOUR, Meter
from engine.score.notes import Voice
from engine.score.song_parts import Plan
from engine.score.style import Style


@dataclass(frozen=True, slots=True)
class Setup:
    """What a performance starts from; `commit`, `timeout` and `gate` in seconds.

    `notes` maps voices to MIDI notes, `articulations` those of articulations.py; of `choked` notes
    each ends the others. `channel` is 1..16; `lookahead` bars are kept ready;
    `commit` before its bar line a bar is no longer replaced; `timeout` of clock silence
    stops; `gate` is how long a note is held; `source` is "auto", "midi", "link" or "internal".
    `snapshots` are by letter, "a".."h", of some or all controls; `given` is what the drummer
    goes on from or varies; `meter` is where the control of that name stands;
    a part that is called begins with the next `part_on`, "phrase" or "bar"; `song` plans the parts.
    """

    styles: Mapping[str, Style]
    notes: Mapping[Voice, int]
    channel: int = 10
    seed: int = 0
    meter: Meter = FOUR_FOUR
    source: str = "auto"
    lookahead: int = 2
    commit: float = 0.1
    timeout: float = 2.0
    gate: float = 0.1
    controls: Mapping[str, Value] = field(default_factory=dict)
    snapshots: Mapping[str, Snapshot] = field(default_factory=dict)
    given: Given | None = None
    part_on: str = "phrase"
    song: Plan = ()
    articulations: Mapping[str, int] = field(default_factory=dict)
    choked: frozenset[int] = frozenset()
