"""Where the song is: whoever leads, a MIDI master, a Link session or our own clock.

A master says where it is and when it ticks; a Link session says tempo and phase and no position;
our own clock runs from the top. Which of them leads is decided here and nowhere else.
"""

from __future__ import annotations

from engine.timing.link_follower import LinkFollower
from engine.timing.messages import Continue, Linked, Position, Propose, Start, Stood, Stop, Tick
from engine.timing.midi_master import MidiMaster
from engine.timing.playhead import Landing, Playhead
from engine.timing.timeline import Timeline
from engine.timing.transport import Cue, TransportState

Transporting = Tick | Start | Continue | Stop | Position | Stood | Linked


class Song:
    """Follows a MIDI master or a Link session, runs by itself, or whichever is there ("auto").

    `source` is "midi", "link", "internal" or "auto", which prefers a master that has said
    where it is, then a session that has peers; `timeout` seconds of silence before a stop.
    """

    def __init__(self, source: str = "auto", timeout: float = 2.0, bpm: float = 120.0) -> None:
        self.clock_offset = 0.0  # seconds
        self._source = source
        self._bpm = bpm  # of our own clock
        self._playhead = Playhead("midi" if source == "auto" else source, bpm)
        self._master = MidiMaster(self._playhead, timeout)
        self._link = LinkFollower(self._playhead)
        self._proposed: list[Propose] = []

    # ---- how it stands
    @property
    def transport(self) -> TransportState:
        return self._playhead.transport

    @property
    def driver(self) -> str:
        """Whose clock it is: "midi", "link" or "internal"."""
        return self._playhead.driver

    @property
    def sounding(self) -> bool:
        return self._playhead.sounding

    @property
    def timeline(self) -> Timeline:
        """The line now; it means something while sounding."""
        return self._playhead.timeline

    @property
    def bpm(self) -> float:
        """The tempo played or, stopped, the one to expect."""
        match self.driver:
            case "link":
                return self._link.bpm or self._bpm
            case "midi":
                return self._master.bpm or self._bpm
            case _:
                return self._bpm

    @property
    def steadiness(self) -> float:
        """Rms of the clock's arrivals about the line, ms; 0 where there is no MIDI clock."""
        return self._master.steadiness if self.driver == "midi" else 0.0

    def rival_bpm(self, now: float) -> float | None:
        """Tempo, roughly, of a second master whose clock is ignored; None where there is none."""
        return self._master.rival.bpm(now)

    @property
    def ignored(self) -> int:
        """Clock messages of a second master, so far."""
        return self._master.rival.ignored

    @property
    def peers(self) -> int:
        """How many others are in the Link session."""
        return self._link.peers

    @property
    def start_tick(self) -> int:
        """The song tick from which it would play, while stopped."""
        return self._link.start_tick if self.driver == "link" else self._master.start_tick

    @property
    def hold(self) -> float | None:
        """The song tick from which nothing may be sent, because a jump is announced there."""
        return self._link.hold if self.sounding and self._link.entering else self._master.hold

    def tick(self, now: float) -> float:
        """The song tick of this moment; it runs backwards only by a jump."""
        return self._playhead.tick(now)

    def landed(self) -> Landing | None:
        """Where playing began or jumped to, said once; None if it simply went on."""
        return self._playhead.landed()

    # ---- what comes from outside
    def receive(self, event: Transporting, now: float) -> None:
        """What a MIDI master says or does, or the state of the Link session."""
        if isinstance(event, Linked):
            if self._source in ("link", "auto"):
                self._hear_link(event, now)
            return
        if self._source in ("internal", "link"):
            return
        led = False
        match event:
            case Tick():
                led = self._master.tick(now, now + self.clock_offset)
            case Start():
                led = self._master.go(0)
            case Continue():
                led = self._master.go()
            case Position(sixteenths):
                self._master.place(sixteenths, now)
            case Stood(seconds):
                self._master.stood(seconds, now)
            case _:  # Stop
                self._stop_by_master()
        if led:
            self._link.forget_entry()

    def _stop_by_master(self) -> None:
        if self.driver == "midi":
            self.stop()
        else:
            self._master.recant()

    def _hear_link(self, event: Linked, now: float) -> None:
        link, started = self._link, self._link.started
        link.hear(event, now, now + self.clock_offset)
        if link.started is None:
            if started is not None and self.driver == "link":
                self.stop()
        elif started is None and not self._master.leads(now):
            link.come(now, link.started)
        if self._source == "auto":
            self._prefer(now)
        if link.waits:
            link.come(now)

    def _prefer(self, now: float) -> None:
        """While stopped take whom there is; our own clock gives way to a session with peers."""
        if self.transport is TransportState.STOPPED:
            linked = self.peers > 0 and not self._master.leads(now)
            self._playhead.driver = "link" if linked else "midi"
        elif self.driver == "internal" and self.peers and not self._link.entering:
            self._link.join(now)

    # ---- our own transport
    def run(self, now: float) -> bool:
        """Play from the top: by our own clock, on the session's next bar if there is one, or
        on the master's next clock if it ticks.

        False where the song follows a master only.
        """
        if self._source == "midi":
            return False
        if self.sounding:
            return True
        if self._source == "link" or (self.peers and not self._master.leads(now)):
            self._link.come(now)
            return True
        self._master.rewind()
        if self._source == "auto" and self._master.ticks(now):
            self._master.go(0)
            self._link.forget_entry()
            return True
        self._master.leave()
        self._playhead.driver = "internal"
        self._playhead.timeline = Timeline(0.0, now, self._bpm)
        self._playhead.land(Landing(0.0, now))
        self._playhead.move(Cue.RUN)
        return True

    def stop(self) -> None:
        """Stop; Continue would go on from here."""
        self._link.forget_entry()
        self._master.stop()
        self._playhead.move(Cue.STOP)

    def set_tempo(self, bpm: float, now: float) -> None:
        """Tempo of our own clock, the beat does not jump; a session is asked for it."""
        if self.driver == "internal" and self.sounding:
            self._playhead.timeline = self.timeline.with_tempo(bpm, now)
        # A session of our own is kept at our tempo: whoever joins it later takes that over.
        if self._link.known and (self.driver == "link" or not self.peers):
            self._proposed = [Propose(bpm)]
        self._bpm = bpm

    def proposals(self) -> list[Propose]:
        """What the session is to be asked for, said once."""
        proposed, self._proposed = self._proposed, []
        return proposed

    # ---- what happens by itself
    def expire(self, now: float) -> bool:
        """Come in on the session's bar; act on a clock that has been silent for too long.

        True where that changed something.
        """
        if now >= self._link.due():
            self._link.enter(now)
            self._master.leave()
            return True
        return self._master.expire(now)

    def deadline(self) -> float | None:
        """When expire() next has something to do, seconds."""
        return self._link.due() if self._link.entering else self._master.patience()
