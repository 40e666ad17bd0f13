"""What the parts of a performer work on together."""

from __future__ import annotations

from engine.bars.prepared import Prepared
from engine.controls.desk import Desk
from engine.playing.pacing import Pacing
from engine.playing.setup import Setup
from engine.takes.recorder import Recorder
from engine.timing.song import Song


class Parts:
    """The controls, the song, the bars to come, the recorder and the pace of one performance."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.desk = Desk(setup.styles, setup.controls)
        self.song = Song(setup.source, setup.timeout, self.desk.number("tempo"))
        self.prepared = Prepared(
            setup.styles, self.desk.settings(), setup.meter, setup.seed, setup.lookahead
        )
        self.recorder = Recorder()
        self.pacing = Pacing()
