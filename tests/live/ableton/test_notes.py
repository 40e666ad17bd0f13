"""Notes go to AbletonOSC and are compared with what it tells, to the note."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.takes.clip import Clip, ClipNote
from live.ableton.client import say
from live.ableton.notes import (
    BATCH,
    FIRST,
    LAST,
    NEAR,
    SlotNote,
    batches,
    clip_notes,
    compared,
    single,
    told,
    wanted,
    windows,
)

MAC = 9216  # bytes of the largest datagram there


def clip(*notes: tuple[float, int, int], bars: int = 16) -> Clip:
    """A clip of notes of (tick, note, velocity)."""
    return Clip("funk", "funk", bars, ((0, 120.0),), tuple(ClipNote(*note) for note in notes))


NOTES = st.lists(
    st.tuples(st.floats(0, 16 * 1920 - 1), st.integers(0, 127), st.integers(1, 127)), max_size=900
)


def test_what_osc_cannot_tell_apart_is_one_note_the_louder() -> None:
    found = wanted(clip((480.0, 36, 50), (480.00000001, 36, 90), (480.0, 38, 20)))
    assert [(n.pitch, n.start, n.velocity) for n in found] == [(36, 1.0, 90.0), (38, 1.0, 20.0)]


def test_a_note_has_a_length_that_live_takes() -> None:
    made = Clip("", "", 1, ((0, 120.0),), (ClipNote(0.0, 36, 1, 0.0), ClipNote(1.0, 36, 1, 240.0)))
    assert [note.length for note in wanted(made)] == [1 / 1024, 0.5]


@given(NOTES)
@settings(deadline=None, max_examples=40)
def test_no_message_holds_more_than_two_hundred_notes_or_than_a_mac_sends(
    notes: list[tuple[float, int, int]],
) -> None:
    sent = list(batches(wanted(clip(*notes))))
    assert all(len(batch) <= 5 * BATCH for batch in sent)
    assert all(len(say("clip/add/notes", 1000, 1000, *batch).data) <= MAC for batch in sent)
    everything = [value for batch in sent for value in batch]
    assert told(everything) == [*wanted(clip(*notes))]


@given(NOTES)
@settings(deadline=None, max_examples=40)
def test_every_note_is_in_one_window_and_none_holds_too_many(
    notes: list[tuple[float, int, int]],
) -> None:
    mine = wanted(clip(*notes))
    spans = windows(mine, 64.0)
    assert (spans[0][0], spans[-1][1]) == (FIRST, LAST)
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]
    for start, end in spans:
        held = [note for note in mine if start <= note.start < start + single(end - start)]
        beats = {int(note.start) for note in held}
        assert len(held) <= BATCH or len(beats) == 1
    counted = [sum(start <= note.start < end for start, end in spans) for note in mine]
    assert counted == [1] * len(mine)


@given(NOTES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_missing_is_what_was_lost_and_surplus_what_came_twice(
    notes: list[tuple[float, int, int]], random: Random
) -> None:
    mine = wanted(clip(*notes))
    fates = [random.choice((0, 1, 1, 2)) for _ in mine]
    found = [note for note, times in zip(mine, fates, strict=True) for _ in range(times)]
    random.shuffle(found)
    missing, surplus = compared(mine, found)
    assert missing == [note for note, times in zip(mine, fates, strict=True) if times == 0]
    twice = [note for note, times in zip(mine, fates, strict=True) if times == 2]
    assert sorted(surplus) == sorted(twice)


def test_live_may_round_a_start_and_cut_a_length_but_no_more() -> None:
    (mine,) = wanted(clip((480.0, 36, 100)))
    rounded = mine._replace(start=1.0 + NEAR / 2, length=0.01, velocity=100.2)
    assert compared([mine], [rounded]) == ([], [])
    for other in (
        mine._replace(start=1.0 + 2 * NEAR),
        mine._replace(pitch=37),
        mine._replace(velocity=98.0),
    ):
        assert compared([mine], [other]) == ([mine], [other])


def test_the_exact_note_is_found_before_a_near_one() -> None:
    near, far = SlotNote(36, 1.0, 0.1, 64.0), SlotNote(36, 1.0 + NEAR / 2, 0.1, 64.0)
    assert compared([near, far], [far]) == ([near], [])


def test_what_is_not_a_list_of_notes_is_none() -> None:
    assert told((36, 0.0, 0.25, 100.0)) is None
    assert told((36, 0.0, 0.25, "loud", True)) is None
    assert told(()) == []


def test_notes_of_live_become_those_of_a_clip_within_its_loop() -> None:
    found = [
        SlotNote(38, 5.0, 0.25, 90.4),
        SlotNote(36, 4.0, 0.125, 127.0),
        SlotNote(36, 3.9, 0.25, 100.0),
        SlotNote(36, 8.0, 0.25, 100.0),
        SlotNote(40, 6.0, 0.25, 100.0, True),
    ]
    assert clip_notes(found, 4.0, 8.0) == (
        ClipNote(0.0, 36, 127, 60.0),
        ClipNote(480.0, 38, 90, 120.0),
    )
