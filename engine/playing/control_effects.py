"""What comes of a control that is turned, or a trigger that is pulled, beyond its new value."""

from __future__ import annotations

import math

from engine.bars.stroke_edit import StrokeEdit
from engine.controls.control import Kind
from engine.controls.snapshots import Snapshots
from engine.errors import ControlError
from engine.playing.bar_sequence import BarSequence
from engine.playing.groove_in import GrooveIn
from engine.playing.parts import Parts


class ControlEffects:
    """Nothing is raised here: what is refused is counted, and the newest reason kept."""

    def __init__(self, parts: Parts, bars: BarSequence, groove_in: GrooveIn) -> None:
        self.refused, self.complaint = 0, ""
        self.panic = False  # silence was asked for
        self.snapshots = Snapshots(parts.desk.table, parts.setup.snapshots)
        self._desk, self._song, self._prepared = parts.desk, parts.song, parts.prepared
        self._recorder, self._pacing = parts.recorder, parts.pacing
        self._meters = parts.meters
        self._bars, self._groove_in = bars, groove_in

    def turn(self, name: str, value: object, now: float) -> None:
        """A control was turned to a value, or a trigger pulled."""
        try:
            control, kept = self._desk.check(name, value)
        except ControlError as error:
            self.refused += 1
            self.complaint = str(error)
            return
        if control.kind is Kind.TRIGGER:
            if float(kept) >= 0.5 and now > -math.inf:  # a trigger in a setup has no moment
                self._pull(name, now)
            return
        self._desk.values[name] = kept
        if control.kind is Kind.COMPOSED:
            self._compose_anew(now)
        if name == "part":
            self._bars.call_part()
        elif name == "follow":
            self._groove_in.look(now)
        elif name == "record":
            self._recorder.record(bool(kept), self._bars.current, self._song.tick(now))
        elif name == "tempo":
            self._song.set_tempo(float(kept), now)
        elif name == "clock_offset":
            self._song.clock_offset = float(kept) / 1000.0
        elif control.kind is Kind.PERFORMED or name == "density":
            self._pacing.replan_soon(now)

    def _compose_anew(self, now: float) -> None:
        """Bars not yet begun are made under the controls as they stand.

        While nothing plays, a meter is the whole song's, and a style shows its swing at once; a
        setup has swings of its own.
        """
        self._prepared.set(self._desk.settings(), self._desk.arrangement())
        if self._bars.current is None:
            self._meters.hold(self._desk.meter)
            if now > -math.inf:
                self._desk.foresee()

    def _pull(self, trigger: str, now: float) -> None:
        match trigger:
            case "fill":
                self._prepared.fill_next()
            case "fill_now":
                self._bars.call_fill()
            case "new_idea":
                self._prepared.new_idea()
            case "undo":
                self._undo(now)
            case "stop":
                self._song.stop()
            case "panic":
                self.panic = True
            case "capture":
                self._capture(now)
            case "play":
                self._play(now)
            case _:
                self._snapshot(trigger, now)

    def _play(self, now: float) -> None:
        if not self._song.run(now):
            self.complaint = "play: this performance follows MIDI clock; press play there"

    def _undo(self, now: float) -> None:
        settings = self._prepared.undo()
        if settings is None:
            self.complaint = "undo: nothing has changed yet"
        else:
            self._desk.restore(settings)
            self._compose_anew(now)
            self._pacing.replan_soon(now)  # density is heard at once

    def edit(self, edit: StrokeEdit) -> None:
        """A stroke of a bar that comes back was changed by hand."""
        if not self._prepared.edit(edit):
            self.complaint = (
                f"stroke: {edit.voice.value} in bar {edit.song_bar + 1} stays as it is: the bar "
                "was long ago or does not come back, or has no other stroke"
            )

    def _capture(self, now: float) -> None:
        bars, tick = int(self._desk.number("capture_bars")), self._song.tick(now)
        if not self._recorder.capture(bars, self._bars.current, tick):
            self.complaint = "capture: no whole bar has been played yet"

    def _snapshot(self, trigger: str, now: float) -> None:
        """Store one, or recall it as if each of its controls were turned now."""
        what, _, letter = trigger.partition("_")
        if what == "store":
            self.snapshots.store(letter, self._desk.values)
            return
        snapshot = self.snapshots.recall(letter)
        if snapshot is None:
            self.complaint = f"recall_{letter}: snapshot {letter.upper()} is empty; store_{letter}"
            return
        self._desk.recall(snapshot)
        self._compose_anew(now)
        self._bars.call_part()
        self._groove_in.look(now)
        self._pacing.replan_soon(now)
