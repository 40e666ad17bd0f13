"""A clip gets into a slot of the open set, whatever gets lost on the way, and nowhere else."""

import copy
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import DeliveryError
from engine.score.grid import METERS
from engine.takes.clip import Clip, ClipNote
from live.ableton.delivery import SlotDelivery
from live.ableton.notes import BATCH, wanted
from live.ableton.open_set import BURST
from mappings.plain_words import counted
from tests.live.ableton.stand_in import (
    DATAGRAM,
    Line,
    SlotClip,
    Song,
    StandIn,
    Trouble,
    song,
)

NAME = "funk 4 bars 120 BPM"
TAKEN = SlotClip(4.0, "mine", [(60, 0.0, 1.0, 100.0, False)])


def clip(notes: int = 300, *, bars: int = 4, meter: str = "4/4") -> Clip:
    """A clip with so many notes over its bars, note 127 among them."""
    length = bars * METERS[meter].bar_ticks
    made = [ClipNote(i * length / notes, 127 - i % 12, 1 + i % 127) for i in range(notes)]
    return Clip(NAME, "funk", bars, ((0, 120.0),), tuple(made), METERS[meter])


class Stage:
    """A set behind a line, and deliveries into it."""

    def __init__(
        self, of: Song, trouble: Trouble | None = None, seed: int = 0, **of_live: bool | int
    ) -> None:
        self.song, self.before = of, copy.deepcopy(of)
        self.live = StandIn(of, **of_live)  # type: ignore[arg-type]
        self.line = Line(self.live, trouble, seed)

    def deliver(self, made: Clip, track: str = "Drums", new_scene: bool = True) -> str:
        try:
            return SlotDelivery(track, new_scene=new_scene, connect=lambda: self.line).deliver(made)
        finally:
            assert self.line.closed
            assert all(len(datagram) <= DATAGRAM for datagram in self.live.heard)
            adds = [args for address, args in self.live.done if address == "/live/clip/add/notes"]
            assert all(len(args) <= 2 + 5 * BATCH for args in adds)
            self.assert_untouched()

    def assert_untouched(self) -> None:
        """What was in the set is there as it was."""
        for old in self.before.tracks:
            new = next(track for track in self.live.song.tracks if track.name == old.name)
            for slot, held in enumerate(old.slots):
                assert held is None or new.slots[slot] == held

    def refused(self, made: Clip, track: str = "Drums", new_scene: bool = True) -> str:
        with pytest.raises(DeliveryError) as caught:
            self.deliver(made, track, new_scene)
        return str(caught.value)

    def slots(self, track: str = "Drums") -> list[SlotClip | None]:
        return next(one for one in self.live.song.tracks if one.name == track).slots


def assert_is(held: SlotClip | None, made: Clip) -> None:
    assert held is not None
    assert (held.name, held.length) == (made.name, made.beats)
    assert (held.looping, held.loop_start, held.loop_end) == (True, 0.0, made.beats)
    assert sorted(held.notes) == sorted(tuple(note) for note in wanted(made))


# ---- where it goes
@pytest.mark.parametrize("echo", [True, False], ids=["now", "before 2025"])
def test_a_clip_gets_into_the_first_free_slot_named_looped_and_selected(echo: bool) -> None:
    stage = Stage(song(Bass=[None] * 3, Drums=[TAKEN, None, None]), echo=echo)
    said = stage.deliver(clip())
    assert said == f"“{NAME}” with 300 notes is in slot 2 of the track “Drums”"
    assert_is(stage.slots()[1], clip())
    assert stage.slots()[2] is None
    assert stage.live.song.selected == (1, 1)


@pytest.mark.parametrize("made", [clip(0), clip(1), clip(1200, bars=16), clip(9, meter="7/8")])
def test_clips_of_any_length_get_there(made: Clip) -> None:
    stage = Stage(song(Drums=[None]))
    stage.deliver(made)
    assert_is(stage.slots()[0], made)


def test_the_track_is_found_in_any_case_and_a_midi_track_before_others() -> None:
    stage = Stage(song(Audio=[None], DRUMS=[None]))
    stage.live.song.tracks[0].name = " drums "
    stage.before.tracks[0].name = " drums "
    stage.deliver(clip(), "Drums")
    assert_is(stage.slots("DRUMS")[0], clip())


def test_a_track_that_is_not_there_is_said_with_those_that_are() -> None:
    text = Stage(song(Bass=[None], Keys=[None])).refused(clip())
    assert "no track 'Drums'; its tracks are 'Bass', 'Keys'; nothing of it is in the set" in text


def test_an_audio_track_takes_no_clip() -> None:
    assert "'Audio' is an audio or group track" in Stage(song(Audio=[None])).refused(
        clip(), "audio"
    )


def test_without_a_free_slot_there_is_a_new_scene_at_the_end() -> None:
    stage = Stage(song(Bass=[None] * 2, Drums=[TAKEN] * 2))
    assert "slot 3 of" in stage.deliver(clip())
    assert_is(stage.slots()[2], clip())
    assert stage.live.song.scenes == 3


def test_without_a_free_slot_it_can_be_refused() -> None:
    stage = Stage(song(Drums=[TAKEN] * 2))
    assert "no slot of the track 'Drums' is free; it has 2" in stage.refused(
        clip(), new_scene=False
    )
    assert stage.live.song.scenes == 2


def test_a_scene_that_live_will_not_add_is_said() -> None:
    stage = Stage(song(Drums=[TAKEN]))
    stage.live.refuse.add("/live/song/create_scene")
    assert "adds no scene: Error handling OSC message: /live/song/create_scene" in stage.refused(
        clip()
    )


def test_many_slots_are_asked_about_in_few_datagrams() -> None:
    stage = Stage(song(Drums=[*[TAKEN] * 400, None]))
    stage.deliver(clip(10))
    asked = [one for one in stage.live.heard if b"has_clip" in one]
    assert len(asked) == -(-401 // BURST) + 1
    assert stage.line.time < 3.0


# ---- taken slots
def intrude(held: SlotClip) -> Callable[[StandIn], None]:
    def put(live: StandIn) -> None:
        live.song.tracks[0].slots[0] = held

    return put


@pytest.mark.parametrize(
    "held", [TAKEN, SlotClip(16.0), SlotClip(16.0, NAME)], ids=["full", "empty", "of that name"]
)
@pytest.mark.parametrize("late", [False, True], ids=["while it looks", "before it creates"])
def test_a_slot_that_somebody_takes_first_is_left_alone(held: SlotClip, late: bool) -> None:
    stage = Stage(song(Drums=[None, None]))
    before = copy.deepcopy(held)
    address = "/live/clip_slot/get/has_clip"
    put = intrude(copy.deepcopy(held))
    stage.live.before[address] = (lambda live: live.before.update({address: put})) if late else put
    stage.deliver(clip())
    assert stage.slots()[0] == before
    assert_is(stage.slots()[1], clip())


def test_if_others_always_are_first_it_gives_up() -> None:
    stage = Stage(song(Drums=[None] * 40))
    create = stage.live.table["/live/clip_slot/create_clip"]

    def too_late(arguments: list[int]) -> object:
        stage.slots()[arguments[1]] = copy.deepcopy(TAKEN)
        return create(arguments)

    stage.live.table["/live/clip_slot/create_clip"] = too_late  # type: ignore[assignment]
    assert "20 slots of 'Drums' were taken by others" in stage.refused(clip())
    assert all(held in (None, TAKEN) for held in stage.slots())


def test_a_slot_in_which_live_makes_no_clip_is_said_with_its_reason() -> None:
    stage = Stage(song(Drums=[None, None]))
    stage.live.refuse.add("/live/clip_slot/create_clip")
    text = stage.refused(clip())
    assert "makes no clip in slot 1 of the track “Drums”: Error handling OSC message" in text
    assert text.endswith("nothing of it is left in the set")


def test_a_clip_that_live_is_slow_to_make_is_named_afterwards() -> None:
    stage = Stage(song(Drums=[None, None]), slow_clips=True)
    stage.deliver(clip())
    assert_is(stage.slots()[0], clip())
    assert stage.slots()[1] is None


# ---- trouble
def test_when_abletonosc_is_not_there_the_remedy_is_said_once() -> None:
    stage = Stage(song(Drums=[None]))
    lines: list[Line] = []

    def connect() -> Line:
        deaf = Trouble(deaf=((0.0, 1e9),)) if len(lines) not in (2,) else None
        lines.append(Line(stage.live, deaf))
        stage.live.tick = 0
        return lines[-1]

    delivery = SlotDelivery("Drums", connect=connect)
    with pytest.raises(DeliveryError, match="chosen as a Control Surface"):
        delivery.deliver(clip())
    with pytest.raises(DeliveryError, match=r"still does not answer at 127.0.0.1:11000$"):
        delivery.deliver(clip())
    delivery.deliver(clip())
    with pytest.raises(DeliveryError, match="chosen as a Control Surface"):
        delivery.deliver(clip())
    assert all(line.closed for line in lines)


def test_it_waits_while_live_is_busy() -> None:
    stage = Stage(song(Drums=[None]), Trouble(busy=((0.15, 4.0), (4.3, 10.0), (10.5, 12.0))))
    stage.deliver(clip())
    assert_is(stage.slots()[0], clip())


def test_notes_that_live_refuses_leave_nothing_behind() -> None:
    stage = Stage(song(Drums=[None]))
    stage.live.refuse.add("/live/clip/add/notes")
    text = stage.refused(clip())
    assert "does not take the clip's notes: Error handling OSC message: /live/clip/add" in text
    assert text.endswith("nothing of it is left in the set")
    assert stage.slots() == [None]


@pytest.mark.long
def test_what_cannot_be_taken_away_is_said_to_the_note() -> None:
    stage = Stage(song(Drums=[None]))
    stage.live.refuse.add("/live/clip_slot/delete_clip")
    made = clip(300)
    first = stage.live.table["/live/clip/add/notes"]
    calls = []

    def once(arguments: list[object]) -> object:
        calls.append(arguments)
        return first(arguments) if len(calls) == 1 else None  # later ones go nowhere

    stage.live.table["/live/clip/add/notes"] = once  # type: ignore[assignment]
    text = stage.refused(made)
    (held,) = stage.slots()
    assert held is not None
    assert len(held.notes) == 200
    assert (
        f"slot 1 of the track “Drums” holds 200 of 300 notes under the name “{held.name}”" in text
    )
    assert held.name.startswith(f"{NAME} (unfinished ")


def test_when_live_goes_for_good_half_way_it_is_said_what_was_there() -> None:
    stage = Stage(song(Drums=[None]), Trouble(deaf=((0.95, 1e9),)))
    text = stage.refused(clip())
    (held,) = stage.slots()
    assert held is not None
    assert "slot 1 of the track “Drums” held 300 of 300 notes when last seen" in text
    assert held.name in text


@pytest.mark.parametrize("at", [0.25, 0.45, 0.65, 0.75, 0.85, 0.95, 1.05])
@pytest.mark.parametrize("kept", [True, False])
def test_live_restarted_half_way_gets_the_whole_clip(at: float, kept: bool) -> None:
    stage = Stage(song(Drums=[TAKEN, None]), Trouble(deaf=((at, at + 3.0),)))
    stage.line.plan.append((at + 2.0, lambda: stage.live.restart(kept=kept)))
    said = stage.deliver(clip())
    assert_is(stage.slots()[1], clip())
    assert "slot 2 of the track “Drums”" in said


def test_a_clip_that_is_always_taken_away_is_given_up() -> None:
    stage = Stage(song(Drums=[None]))
    notes = stage.live.table["/live/clip/add/notes"]

    def away(arguments: list[object]) -> None:
        notes(arguments)
        stage.live.song.tracks[0].slots[0] = None

    stage.live.table["/live/clip/add/notes"] = away
    text = stage.refused(clip(10))
    assert "taken away 3 times while it was filled; nothing of it is left in the set" in text


def test_a_track_that_is_moved_meanwhile_is_found_again() -> None:
    stage = Stage(song(Bass=[TAKEN], Drums=[None], Keys=[TAKEN]))

    def move(live: StandIn) -> None:
        live.song.tracks.reverse()
        live.song.tracks.append(live.song.tracks.pop(1))

    stage.live.before["/live/clip/add/notes"] = lambda live: live.before.update(
        {"/live/clip/get/name": move}
    )
    said = stage.deliver(clip())
    assert_is(stage.slots()[0], clip())
    assert "begun anew as slot 1 of the track “Drums” holds 'mine' now" in said


def test_a_clip_that_cannot_be_looped_is_not_left_as_if_it_were_done() -> None:
    stage = Stage(song(Drums=[None]))
    stage.live.refuse.add("/live/clip/set/looping")
    text = stage.refused(clip())
    assert "does not loop or name the clip" in text
    assert stage.slots() == [None]


def test_a_clip_that_live_does_not_loop_is_said_to_be_there() -> None:
    stage = Stage(song(Drums=[None]))
    stage.live.table["/live/clip/get/looping"] = lambda a: (*a, False)
    text = stage.refused(clip())
    assert "Live does not loop or name the clip: it gives no reason" in text
    assert f"slot 1 of the track “Drums” holds 300 of 300 notes under the name “{NAME}”" in text


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
def test_what_comes_twice_is_in_the_clip_once(seed: int) -> None:
    stage = Stage(song(Drums=[None]), Trouble(doubled=0.3), seed)
    stage.deliver(clip(900, bars=8))
    assert_is(stage.slots()[0], clip(900, bars=8))


def test_a_clip_that_cannot_be_shown_is_there_all_the_same() -> None:
    stage = Stage(song(Drums=[None]))
    stage.live.refuse |= {"/live/view/set/selected_clip", "/live/view/get/selected_clip"}
    assert "; it could not be selected: Error handling OSC message" in stage.deliver(clip())
    assert_is(stage.slots()[0], clip())


def test_an_answer_that_is_too_long_for_a_datagram_is_asked_for_in_parts() -> None:
    stage = Stage(song(Drums=[None]), datagram=1000)
    stage.deliver(clip())
    assert_is(stage.slots()[0], clip())


TROUBLES = st.builds(
    Trouble,
    lost=st.floats(0.0, 0.25),
    doubled=st.floats(0.0, 0.1),
    late=st.floats(0.0, 0.3),
    busy=st.lists(st.tuples(st.floats(0.0, 8.0), st.floats(0.0, 12.0)), max_size=2).map(tuple),
    deaf=st.lists(st.tuples(st.floats(0.0, 8.0), st.floats(0.0, 12.0)), max_size=1).map(tuple),
)
# What others put into slots while the clip is on its way: seconds, slot, beats, name.
OTHERS = st.tuples(
    st.floats(0.0, 3.0),
    st.integers(0, 5),
    st.sampled_from([16.0, 4.0]),
    st.sampled_from(["", NAME, "theirs"]),
)


@pytest.mark.long
@given(
    st.integers(0, 2**32 - 1),
    TROUBLES,
    st.integers(0, 450),
    st.lists(st.booleans(), min_size=1, max_size=6),
    st.lists(OTHERS, max_size=3),
)
@settings(deadline=None, max_examples=80)
def test_the_clip_in_the_set_is_the_one_delivered_or_it_is_said_how_much_of_it_there_is(
    seed: int,
    trouble: Trouble,
    notes: int,
    taken: list[bool],
    others: list[tuple[float, int, float, str]],
) -> None:
    """And no slot that was taken, before or meanwhile, is touched."""
    slots = [copy.deepcopy(TAKEN) if one else None for one in taken]
    stage = Stage(song(Bass=[None] * len(slots), Drums=slots), trouble, seed)
    theirs: dict[int, SlotClip] = {}

    def put(slot: int, held: SlotClip) -> None:
        if slot < len(stage.slots()) and stage.slots()[slot] is None:
            stage.slots()[slot], theirs[slot] = held, copy.deepcopy(held)

    for at, slot, beats, name in others:
        held = SlotClip(beats, name)
        stage.line.plan.append((at, lambda slot=slot, held=held: put(slot, held)))
    made = clip(notes)
    try:
        said = stage.deliver(made)
    except DeliveryError as error:
        said = str(error)
        assert all(
            f"slot {slot + 1} of" in said and f"{len(held.notes)} of {notes} notes" in said
            for slot, held in ours(stage, theirs)
        )
    else:
        ((slot, held),) = ours(stage, theirs)
        assert_is(held, made)
        assert f"with {counted(notes, 'note')} is in slot {slot + 1} of the track “Drums”" in said
    assert all(stage.slots()[slot] == held for slot, held in theirs.items())
    assert all(held is None for held in stage.slots("Bass"))


def ours(stage: Stage, theirs: dict[int, SlotClip]) -> list[tuple[int, SlotClip]]:
    """Slots with clips that neither were there before nor came from others."""
    return [
        (slot, held)
        for slot, held in enumerate(stage.slots())
        if held not in (None, TAKEN) and held is not None and slot not in theirs
    ]
