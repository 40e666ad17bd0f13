"""What the parts of a performer work on together."""

from __future__ import annotations

from engine.bars.prepared import Prepared
from engine.controls.desk import Desk
from engine.playing.pacing import Pacing
from engine.playing.setup import Setup
from engine.score.song_parts import SongParts
from engine.takes.recorder import Recorder
from engine.timing.meter_map import MeterMap
from engine.timing.song import Song


class Parts:
    """Controls, song and bar lines, bars to come, recorder and pace of one performance."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.desk = Desk(setup.styles, {"meter": str(setup.meter), **setup.controls})
        self.meters = MeterMap(self.desk.meter)
        self.song = Song(setup.source, setup.timeout, self.desk.number("tempo"))
        self.prepared = Prepared(
            setup.styles,
            self.desk.settings(),
            setup.seed,
            setup.lookahead,
            SongParts(setup.part_on, setup.song),
        )
        self.recorder = Recorder()
        self.pacing = Pacing()
