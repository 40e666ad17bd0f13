"""An Ableton Link session with invented time: where the song comes in, and what it follows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.score.grid import METERS
from engine.timing.link_follower import JUMP, LEAD
from engine.timing.messages import Continue, Linked, Position, Propose, Start, Stop, Tick
from engine.timing.playhead import Landing
from engine.timing.song import Song, Transporting
from engine.timing.transport import TransportState
from tests.engine.playing.test_performer import KICKS, near
from tests.engine.stage import Drummer, Master, Stage

EVERY = 0.25  # seconds between two looks at the session


@dataclass
class Peer:
    """A Link session as our instance sees it: `beat` falls at `at`."""

    bpm: float = 120.0
    at: float = 0.0
    beat: float = 0.0
    quantum: float = 4.0
    peers: int = 1
    started: float | None = None

    def now(self, at: float) -> tuple[float, Linked]:
        beat = self.beat + (at - self.at) * self.bpm / 60.0
        return at, Linked(beat, self.bpm, self.quantum, self.peers, self.started)

    def until(self, start: float, end: float) -> Iterator[tuple[float, Linked]]:
        """A look every quarter of a second."""
        for look in range(math.ceil((end - start) / EVERY)):
            yield self.now(start + look * EVERY)

    def tempo(self, bpm: float, at: float) -> None:
        """Change the tempo; the beat does not jump."""
        self.beat, self.at, self.bpm = self.now(at)[1].beat, at, bpm


def hear(song: Song, events: Iterable[tuple[float, Transporting]]) -> None:
    for at, event in events:
        song.expire(at)
        song.receive(event, at)


def following(source: str = "link", **more: float) -> tuple[Song, Peer]:
    """A song that came in at second 12 on beat 24 of a session of 120 BPM, heard last at 14."""
    song, peer = Song(source), Peer(**more)  # type: ignore[arg-type]
    hear(song, peer.until(10.0, 11.0))
    assert song.run(11.0)
    hear(song, peer.until(11.0, 14.25))
    assert song.landed() == Landing(0.0, 12.0)
    return song, peer


# ---- coming in
def test_play_waits_for_the_next_bar_of_the_session() -> None:
    song, peer = Song("link"), Peer()
    hear(song, [peer.now(10.3)])
    assert (song.transport, song.driver, song.bpm) == (TransportState.STOPPED, "link", 120.0)
    assert song.run(10.3)
    assert (song.transport, song.start_tick) == (TransportState.ARMED, 0)
    assert song.deadline() == pytest.approx(12.0 - LEAD)
    assert not song.expire(11.97)
    assert song.expire(12.0 - LEAD)
    assert (song.transport, song.steadiness) == (TransportState.PLAYING, 0.0)
    landed = song.landed()
    assert landed is not None and landed.at == pytest.approx(12.0)
    assert (landed.tick, landed.left) == (0.0, None)
    assert song.tick(12.0 - LEAD) == 0.0
    assert song.timeline.seconds(0.0) == pytest.approx(12.0)
    assert song.tick(13.25) == pytest.approx(1200.0)
    assert song.deadline() is None


@pytest.mark.parametrize(
    ("quantum", "comes_in"), [(1.0, 10.5), (3.0, 10.5), (3.5, 10.5), (4.0, 12.0), (8.0, 12.0)]
)
def test_the_bar_is_the_quantum(quantum: float, comes_in: float) -> None:
    song, peer = Song("link"), Peer(quantum=quantum)
    hear(song, [peer.now(10.3)])
    song.run(10.3)
    assert song.deadline() == pytest.approx(comes_in - LEAD)


def test_play_before_the_session_was_heard_comes_in_all_the_same() -> None:
    song, peer = Song("link", bpm=97.0), Peer()
    assert song.bpm == 97.0
    assert song.run(10.0)
    assert (song.transport, song.deadline()) == (TransportState.ARMED, None)
    hear(song, [peer.now(10.3)])
    assert song.deadline() == pytest.approx(12.0 - LEAD)


def test_play_while_it_plays_changes_nothing() -> None:
    song, _ = following()
    assert song.run(14.3)
    assert (song.transport, song.landed(), song.deadline()) == (TransportState.PLAYING, None, None)


def test_play_just_after_a_bar_line_takes_that_bar() -> None:
    song, peer = Song("link"), Peer()
    hear(song, [peer.now(12.0005)])
    song.run(12.0005)
    assert song.expire(12.0005)
    assert song.landed() == Landing(0.0, 12.0005)
    assert song.timeline.seconds(0.0) == pytest.approx(12.0)


def test_stop_before_the_bar_stays_silent() -> None:
    song, peer = Song("link"), Peer()
    hear(song, [peer.now(10.3)])
    song.run(10.3)
    song.stop()
    assert (song.transport, song.deadline()) == (TransportState.STOPPED, None)
    assert not song.expire(12.5)


def test_the_clock_offset_moves_the_beat_of_the_session() -> None:
    song, peer = Song("link"), Peer()
    song.clock_offset = 0.05
    hear(song, [peer.now(10.3)])
    song.run(10.3)
    assert song.deadline() == pytest.approx(12.05 - LEAD)


# ---- start and stop of the session
def test_the_start_of_the_session_is_the_songs_top() -> None:
    song, peer = Song("link"), Peer()
    hear(song, [peer.now(10.25)])
    peer.started = 21.5  # said ahead: all come in on the bar line after it
    hear(song, [peer.now(10.5)])
    assert song.transport is TransportState.ARMED
    assert song.deadline() == pytest.approx(12.0 - LEAD)
    hear(song, peer.until(10.75, 12.5))
    assert song.landed() == Landing(0.0, 12.0)


def test_a_start_heard_a_little_late_still_plays_the_downbeat() -> None:
    song, peer = Song("link"), Peer()
    hear(song, [peer.now(11.9)])
    peer.started = 24.0
    hear(song, [peer.now(12.03)])
    assert song.expire(12.03)
    assert song.landed() == Landing(0.0, 12.03)
    assert song.tick(12.03) == pytest.approx(28.8)


def test_a_start_heard_within_a_beat_comes_in_where_the_session_stands() -> None:
    song, peer = Song("link"), Peer()
    hear(song, [peer.now(11.9)])
    peer.started = 24.0
    hear(song, [peer.now(12.25)])
    song.expire(12.25)
    landed = song.landed()
    assert landed is not None and landed.tick == pytest.approx(240.0)
    assert song.timeline.seconds(0.0) == pytest.approx(12.0)


def test_a_session_that_plays_already_is_joined_on_its_bar_and_counted_alike() -> None:
    song, peer = Song("link"), Peer(started=4.0)
    hear(song, [peer.now(10.3)])
    assert song.start_tick == 5 * 1920  # the bar of beat 24 is the sixth since beat 4
    assert song.expire(12.0)
    assert song.landed() == Landing(5 * 1920, 12.0)
    assert song.tick(12.5) == pytest.approx(5 * 1920 + 480)


def test_the_stop_of_the_session_stops() -> None:
    song, peer = Song("link"), Peer(started=24.0)
    hear(song, peer.until(11.0, 13.0))
    assert song.sounding
    peer.started = None
    hear(song, [peer.now(13.1)])
    assert (song.transport, song.start_tick) == (TransportState.STOPPED, 0)
    hear(song, peer.until(13.25, 20.0))
    assert song.transport is TransportState.STOPPED


def test_a_session_that_starts_while_the_song_plays_takes_it_back_to_its_top() -> None:
    song, peer = following()
    peer.started = 29.0
    hear(song, [peer.now(14.5)])
    assert song.sounding
    assert song.hold == pytest.approx(3840.0, abs=1.0)
    assert song.deadline() == pytest.approx(16.0)
    assert song.tick(15.9) == pytest.approx(3744.0)
    assert song.expire(16.0)
    landed = song.landed()
    assert landed is not None and landed.left is not None
    assert (landed.tick, landed.at) == (0.0, pytest.approx(16.0))
    assert landed.left == pytest.approx(3840.0, abs=1.0)
    assert (song.hold, song.tick(16.5)) == (None, pytest.approx(480.0))


def test_stopped_by_hand_it_stays_so_while_the_session_plays() -> None:
    song, peer = Song("link"), Peer(started=24.0)
    hear(song, peer.until(11.0, 13.0))
    song.stop()
    hear(song, peer.until(13.0, 20.0))
    assert song.transport is TransportState.STOPPED


# ---- tempo and phase
@pytest.mark.parametrize("bpm", [20.0, 90.0, 119.0, 174.0, 300.0])
def test_a_tempo_change_is_followed_at_once_and_the_beat_does_not_jump(bpm: float) -> None:
    song, peer = following()
    peer.tempo(bpm, 14.0)
    hear(song, [peer.now(14.02)])
    assert (song.bpm, song.landed()) == (bpm, None)
    assert song.timeline.bpm == bpm
    assert song.tick(15.0) == pytest.approx(1920.0 + 8.0 * bpm)


def test_a_tempo_change_moves_the_bar_that_is_waited_for() -> None:
    song, peer = Song("link"), Peer()
    hear(song, [peer.now(10.0)])
    song.run(10.2)
    peer.tempo(60.0, 10.5)
    hear(song, [peer.now(10.5)])
    assert song.deadline() == pytest.approx(13.5 - LEAD)


@pytest.mark.parametrize("whole", [-8.0, 0.0, 4.0, 400.0])
@pytest.mark.parametrize("slip", [-0.2, 0.0, 0.2])
def test_a_small_slip_of_the_phase_is_followed_without_a_jump(whole: float, slip: float) -> None:
    song, peer = following()
    peer.beat += whole + slip
    hear(song, [peer.now(14.25)])
    assert song.landed() is None
    assert song.timeline.ticks(15.0) == pytest.approx(2880.0 + 480.0 * slip)


@pytest.mark.parametrize(("slip", "tick"), [(0.5, 2160.0 + 240.0), (-1.5, 1440.0), (5.0, 2640.0)])
def test_a_great_slip_of_the_phase_is_a_jump(slip: float, tick: float) -> None:
    song, peer = following()
    peer.beat += slip
    hear(song, [peer.now(14.25)])
    landed = song.landed()
    assert landed is not None
    assert (landed.tick, landed.at) == (pytest.approx(tick), 14.25)
    assert landed.left == pytest.approx(2160.0)
    assert song.tick(14.25) == pytest.approx(tick)


def test_a_slip_back_before_the_top_goes_on_in_the_next_bar() -> None:
    song, peer = Song("link"), Peer()
    hear(song, [peer.now(11.0)])
    song.run(11.0)
    hear(song, peer.until(11.0, 12.5))
    song.landed()
    peer.beat -= 1.5
    hear(song, [peer.now(12.5)])
    landed = song.landed()
    assert landed is not None and landed.tick == pytest.approx(480.0 - 720.0 + 1920.0)


def test_other_numbers_for_the_same_beats_keep_the_bar_that_is_waited_for() -> None:
    song, peer = Song("link"), Peer()
    hear(song, [peer.now(10.3)])
    song.run(10.3)
    peer.beat += 400.0
    hear(song, [peer.now(10.5)])
    assert song.deadline() == pytest.approx(12.0 - LEAD)


def test_a_session_without_peers_goes_on_by_itself() -> None:
    song, peer = following()
    peer.peers = 0
    hear(song, peer.until(14.25, 30.0))
    assert (song.transport, song.driver, song.peers) == (TransportState.PLAYING, "link", 0)
    assert song.tick(30.0) == pytest.approx(18.0 * 960)


def test_silence_of_the_session_changes_nothing() -> None:
    song, _ = following()
    assert (song.deadline(), song.expire(100.0)) == (None, False)
    assert song.tick(100.0) == pytest.approx(88.0 * 960)


CHANGES = st.one_of(
    st.tuples(st.just("tempo"), st.floats(20, 300)),
    st.tuples(st.just("beat"), st.floats(-1e4, 1e4)),
    st.tuples(st.just("start"), st.floats(-40, 8)),
    st.tuples(st.sampled_from(["halt", "play", "stop", "look"]), st.just(0.0)),
)
STORY = st.lists(st.tuples(CHANGES, st.floats(0.01, 5.0)), min_size=1, max_size=12)


@given(STORY, st.sampled_from([1.0, 3.0, 3.5, 4.0, 8.0]), st.sampled_from(["link", "auto"]))
@pytest.mark.long
def test_whenever_it_plays_its_bar_lines_are_those_of_the_session(
    story: list[tuple[tuple[str, float], float]], quantum: float, source: str
) -> None:
    song, peer, now = Song(source), Peer(quantum=quantum), 1.0
    hear(song, [peer.now(now)])
    song.run(now)
    for (what, value), gap in story:
        now += gap
        song.expire(now)
        if what == "tempo":
            peer.tempo(value, now)
        elif what == "beat":
            peer.beat += value
        elif what in ("start", "halt"):
            peer.started = peer.now(now)[1].beat + value if what == "start" else None
        elif what == "play":
            song.run(now)
        elif what == "stop":
            song.stop()
        hear(song, [peer.now(now)])
        if song.sounding:
            off = song.timeline.ticks(now) / 480 - peer.now(now)[1].beat
            assert math.remainder(off, quantum) == pytest.approx(0.0, abs=1e-6)
            # It sounds a moment before its top, and may slip back by less than a jump.
            assert song.timeline.ticks(now) >= -LEAD * 480 * song.bpm / 60 - JUMP
        assert song.sounding or song.transport in (TransportState.STOPPED, TransportState.ARMED)
        assert (song.transport is TransportState.ARMED) == (
            song.deadline() is not None and not song.sounding
        )


# ---- proposals
def test_a_tempo_is_proposed_to_the_session_and_not_simply_taken() -> None:
    song, _ = following()
    song.set_tempo(90.0, 14.1)
    song.set_tempo(91.0, 14.1)
    assert song.bpm == 120.0
    assert song.proposals() == [Propose(91.0)]
    assert song.proposals() == []


@pytest.mark.parametrize(("peers", "proposals"), [(0, [Propose(90.0)]), (1, [])])
def test_a_session_of_our_own_is_kept_at_our_tempo(peers: int, proposals: list[Propose]) -> None:
    song, master, peer = Song("auto"), Master(now=10.0), Peer(peers=peers)
    hear(song, [peer.now(9.0), *master.start(), *master.beats(1)])
    song.set_tempo(90.0, 10.5)
    assert (song.driver, song.proposals()) == ("midi", proposals)


def test_a_tempo_set_before_the_session_was_heard_is_no_proposal() -> None:
    song = Song("link")
    song.set_tempo(90.0, -math.inf)
    assert (song.proposals(), song.bpm) == ([], 90.0)


# ---- whom to follow
@pytest.mark.parametrize("source", ["midi", "internal"])
def test_who_follows_somebody_else_does_not_hear_the_session(source: str) -> None:
    song, peer = Song(source), Peer(started=4.0)
    hear(song, peer.until(10.0, 13.0))
    assert (song.transport, song.peers, song.bpm) == (TransportState.STOPPED, 0, 120.0)


def test_who_follows_the_session_does_not_hear_a_master() -> None:
    song, _ = following()
    hear(song, [(14.0, Start()), (14.1, Tick()), (14.2, Position(8)), (14.3, Stop())])
    assert (song.driver, song.transport, song.landed()) == ("link", TransportState.PLAYING, None)


def test_auto_takes_a_session_with_peers() -> None:
    song, peer = Song("auto"), Peer(peers=0, bpm=90.0)
    hear(song, [peer.now(10.0)])
    assert (song.driver, song.bpm) == ("midi", 120.0)
    peer.peers = 2
    hear(song, [peer.now(10.1)])
    assert (song.driver, song.bpm, song.peers) == ("link", 90.0, 2)
    song.run(10.1)
    assert song.transport is TransportState.ARMED
    song.stop()
    peer.peers = 0
    hear(song, [peer.now(10.2)])
    assert song.driver == "midi"


def test_auto_without_peers_plays_by_itself_at_once() -> None:
    song, peer = Song("auto"), Peer(peers=0)
    hear(song, [peer.now(10.0)])
    song.run(10.1)
    assert (song.driver, song.landed()) == ("internal", Landing(0.0, 10.1))


def test_auto_gives_the_internal_clock_up_for_a_session_on_its_bar() -> None:
    song, peer = Song("auto"), Peer(peers=0)
    song.run(10.1)  # tick 0; at second 12 it stands at 1824
    song.landed()
    hear(song, [peer.now(10.2)])
    peer.peers = 1
    hear(song, peer.until(10.25, 12.0))
    assert (song.driver, song.hold) == ("internal", pytest.approx(1823.5))
    assert song.deadline() == pytest.approx(12.0)
    song.expire(12.0)
    landed = song.landed()
    assert landed is not None and landed.left == pytest.approx(1823.5)
    assert (landed.tick, song.driver) == (1920.0, "link")
    assert song.tick(12.5) == pytest.approx(2400.0)


def test_auto_prefers_a_master_that_says_where_it_is() -> None:
    song, master, peer = Song("auto"), Master(now=10.0), Peer()
    hear(song, [peer.now(9.0)])
    hear(song, [*master.goes_on(16), *master.beats(1)])
    assert (song.driver, song.landed()) == ("midi", Landing(1920.0, 10.0))
    peer.started = 22.0
    hear(song, peer.until(10.5, 11.0))
    assert (song.driver, song.transport) == ("midi", TransportState.PLAYING)
    hear(song, [(11.0, Stop())])
    hear(song, [(11.01, Tick()), peer.now(11.02)])
    assert song.driver == "midi"  # it ticks on: it leads when it goes on
    assert song.run(11.03)
    assert (song.driver, song.transport) == ("midi", TransportState.ARMED)


def test_auto_prefers_a_session_to_a_clock_without_a_position() -> None:
    song, master, peer = Song("auto"), Master(90.0, now=10.0), Peer()
    hear(song, master.beats(1))
    hear(song, [peer.now(10.65)])
    assert (song.driver, song.bpm) == ("link", 120.0)
    song.run(10.66)
    assert song.deadline() == pytest.approx(12.0 - LEAD)


def test_auto_lets_a_master_take_over_from_the_session() -> None:
    song, peer = following("auto")
    hear(song, [(14.3, Start()), peer.now(14.4)])
    assert (song.driver, song.sounding) == ("link", True)
    hear(song, [(14.5, Tick())])
    assert (song.driver, song.landed()) == ("midi", Landing(0.0, 14.5))


def test_auto_lets_a_master_take_over_where_the_session_stands() -> None:
    song, _ = following("auto")
    hear(song, [(14.3, Continue()), (14.5, Tick())])
    assert song.landed() == Landing(2400.0, 14.5)


def test_auto_forgets_the_bar_of_the_session_when_a_master_starts() -> None:
    song, peer = Song("auto"), Peer()
    hear(song, [peer.now(10.3)])
    song.run(10.3)
    hear(song, [(10.4, Start())])
    assert (song.driver, song.transport, song.deadline()) == ("midi", TransportState.ARMED, None)


# ---- the performer
def on_session(drummer: Drummer = KICKS, **more: object) -> tuple[Stage, Peer]:
    """A stage that follows a session of 120 BPM whose bars begin at whole even seconds."""
    peer = Peer()
    return Stage(drummer, source="link", **more).until(0.1), peer  # type: ignore[arg-type]


def test_the_first_hit_sounds_exactly_on_the_bar_line_of_the_session() -> None:
    stage, peer = on_session()
    stage.play(peer.until(0.25, 6.0)).turn(0.6, play=1.0).until(5.9)
    assert stage.times(36) == near(*(2.0 + 0.5 * beat for beat in range(8)))
    assert stage.state.driver == "link"
    assert (stage.state.peers, stage.counts["dropped"]) == (1, 0)


def test_notes_follow_the_tempo_of_the_session() -> None:
    stage, peer = on_session()
    stage.play(peer.until(0.25, 4.0)).turn(0.6, play=1.0)
    peer.tempo(60.0, 4.0)
    stage.play(peer.until(4.0, 9.0)).until(8.9)
    assert stage.times(36, since=3.4) == near(3.5, 4.0, 5.0, 6.0, 7.0, 8.0)


def test_a_jump_of_the_session_strikes_nothing_twice() -> None:
    stage, peer = on_session()
    stage.play(peer.until(0.25, 5.0)).turn(0.6, play=1.0)
    peer.started = 9.0
    stage.play(peer.until(5.0, 10.0)).until(9.9)
    assert stage.times(36) == near(*(2.0 + 0.5 * beat for beat in range(16)))
    assert stage.state.place[:2] == (1, 3)
    assert stage.hanging() == set()


def test_the_stop_of_the_session_lets_go_of_every_note() -> None:
    stage, peer = on_session(gate=0.4)
    peer.started = 4.0
    stage.play(peer.until(0.25, 3.0))
    peer.started = None
    stage.play(peer.until(3.1, 6.0)).until(5.9)
    assert stage.messages()[-1] == (3.1, "off", 36)
    assert stage.hanging() == set()


def test_a_waltz_comes_in_on_the_bars_of_its_own_quantum() -> None:
    stage, peer = on_session(Drummer(hits=()), meter=METERS["3/4"])
    peer.quantum = 3.0
    stage.play(peer.until(0.25, 6.0)).turn(0.6, play=1.0).until(5.9)
    assert stage.state.place[:2] == (2, 2)  # 8.8 beats since second 1.5


def test_the_tempo_control_proposes() -> None:
    stage, peer = on_session()
    stage.play(peer.until(0.25, 1.0)).turn(0.6, tempo=99.0).until(1.0)
    assert stage.proposed == [(0.6, 99.0)]


def test_push_moves_hits_against_the_session() -> None:
    stage, peer = on_session(controls={"push": -20})
    stage.play(peer.until(0.25, 4.0)).turn(0.6, play=1.0).until(3.9)
    assert stage.times(36)[1:] == near(2.48, 2.98, 3.48)
