import pytest

from engine.bars.placed import PlacedNote
from engine.playing.agenda import STALE, Agenda
from engine.score.notes import Voice
from engine.timing.timeline import Timeline

LINE = Timeline(0.0, 10.0, 120.0)  # 960 ticks a second from 10 s on
ON, OFF = 0x99, 0x89


def note(
    tick: float, number: int = 36, velocity: int = 100, score: int | None = None
) -> PlacedNote:
    placed = round(tick) if score is None else score
    return PlacedNote(tick, placed, Voice.KICK, number, velocity, 0, 0, number)


def heard(agenda: Agenda, now: float, **more: float | None) -> list[tuple[float, int, int]]:
    """(moment wanted, status, note) of what is due."""
    shift, floor = more.get("shift", 0.0), more.get("floor", 0.0)
    assert shift is not None
    assert floor is not None
    due = agenda.due(now, LINE, shift, floor, more.get("hold"))
    return [(round(send.at, 6), send.message[0], send.message[1]) for send, _ in due]


def test_notes_leave_in_time_and_are_released_after_the_gate() -> None:
    agenda = Agenda(gate=0.1)
    agenda.plan([note(480, 38), note(0, 36)])
    assert agenda.deadline(LINE, 0.0, -1.0, None) == 10.0
    assert heard(agenda, 9.999) == []
    assert heard(agenda, 10.0) == [(10.0, ON, 36)]
    assert agenda.deadline(LINE, 0.0, -1.0, None) == 10.1
    assert heard(agenda, 10.52) == [(10.1, OFF, 36), (10.5, ON, 38)]
    assert agenda.sounding == {38}
    assert heard(agenda, 10.6) == [(10.6, OFF, 38)]
    assert agenda.deadline(LINE, 0.0, -1.0, None) is None


def test_the_channel_is_in_the_messages() -> None:
    agenda = Agenda(channel=1)
    agenda.plan([note(0)])
    sends = agenda.due(10.0, LINE, 0.0, 0.0, None) + agenda.due(10.1, LINE, 0.0, 0.0, None)
    assert [send.message for send, _ in sends] == [bytes((0x90, 36, 100)), bytes((0x80, 36, 64))]


def test_a_note_on_comes_with_its_note_and_a_release_with_none() -> None:
    agenda = Agenda()
    agenda.plan([note(0)])
    assert [of for _, of in agenda.due(10.0, LINE, 0.0, 0.0, None)] == [note(0)]
    assert [of for _, of in agenda.due(11.0, LINE, 0.0, 0.0, None)] == [None]


def test_a_note_struck_again_is_released_first() -> None:
    agenda = Agenda(gate=0.3)
    agenda.plan([note(0), note(96)])
    heard(agenda, 10.0)
    assert heard(agenda, 10.1) == [(10.1, OFF, 36), (10.1, ON, 36)]
    assert heard(agenda, 11.0) == [(10.4, OFF, 36)]


def test_a_release_goes_before_a_later_note_and_after_an_earlier_one() -> None:
    agenda = Agenda(gate=0.05)
    agenda.plan([note(0, 36), note(24, 38), note(60, 42)])
    heard(agenda, 10.0)
    assert heard(agenda, 10.07) == [(10.025, ON, 38), (10.05, OFF, 36), (10.0625, ON, 42)]


def test_a_note_at_second_zero_goes_before_a_later_release() -> None:
    agenda = Agenda(gate=0.01)
    line = Timeline(0.0, 0.0, 120.0)
    agenda.plan([note(-24, 36), note(0, 38)])
    agenda.due(-0.025, line, 0.0, -1.0, None)
    sends = agenda.due(0.0, line, 0.0, -1.0, None)
    assert [send.message[:2] for send, _ in sends] == [bytes((OFF, 36)), bytes((ON, 38))]


def test_what_is_late_is_dropped_and_counted() -> None:
    agenda = Agenda()
    agenda.plan([note(0, 36), note(48, 38)])
    assert heard(agenda, 10.0 + STALE + 0.01) == [(10.05, ON, 38)]
    assert agenda.dropped == 1


def test_of_two_notes_on_one_spot_the_louder_stays() -> None:
    agenda = Agenda()
    soft, loud = note(0, velocity=30), note(4, velocity=90, score=0)
    agenda.plan([soft, loud])
    assert agenda.pending == (loud,)
    agenda.plan([loud, soft])
    assert agenda.pending == (loud,)


def test_a_plan_replaces_all_that_is_pending() -> None:
    agenda = Agenda()
    agenda.plan([note(0), note(480)])
    agenda.plan([note(960), note(240)])
    assert agenda.pending == (note(240), note(960))


def test_flush_forgets_what_comes_after() -> None:
    agenda = Agenda()
    agenda.plan([note(0), note(480), note(960)])
    agenda.flush(480)
    assert agenda.pending == (note(0),)


def test_a_shift_moves_every_note_but_none_before_the_floor() -> None:
    agenda = Agenda()
    agenda.plan([note(0, 36), note(480, 38)])
    assert agenda.deadline(LINE, -0.1, -1.0, None) == 9.9
    assert heard(agenda, 10.0, shift=-0.1, floor=10.0) == [(10.0, ON, 36)]
    assert heard(agenda, 10.39, shift=-0.1, floor=10.0) == [(10.1, OFF, 36)]
    assert heard(agenda, 10.4, shift=-0.1, floor=10.0) == [(10.4, ON, 38)]


def test_notes_of_a_place_that_may_not_come_wait_and_others_do_not() -> None:
    agenda = Agenda()
    early, late = note(470, 38, score=480), note(475, 36, score=460)
    agenda.plan([early, late])
    assert heard(agenda, 10.5, hold=480) == [(round(LINE.seconds(475), 6), ON, 36)]
    assert agenda.deadline(LINE, 0.0, -1.0, 480) == pytest.approx(LINE.seconds(475) + 0.1)
    assert heard(agenda, 10.5, hold=None) == [(round(LINE.seconds(470), 6), ON, 38)]


def test_before_playing_begins_nothing_is_due() -> None:
    agenda = Agenda()
    agenda.plan([note(0)])
    assert agenda.deadline(LINE, -0.1, 10.0, None) == 10.0
    assert agenda.due(9.95, LINE, -0.1, 10.0, None) == []
    assert [send.at for send, _ in agenda.due(10.0, LINE, -0.1, 10.0, None)] == [10.0]


def test_stopped_only_releases_are_due() -> None:
    agenda = Agenda()
    agenda.plan([note(0), note(480)])
    heard(agenda, 10.0)
    assert agenda.deadline(None, 0.0, -1.0, None) == 10.1
    due = agenda.due(20.0, None, 0.0, 0.0, None)
    assert [send.message[0] for send, _ in due] == [OFF]
    assert agenda.deadline(None, 0.0, -1.0, None) is None


def test_silence_lets_go_of_everything_and_forgets_the_rest() -> None:
    agenda = Agenda()
    agenda.plan([note(0, 38), note(0, 36), note(480)])
    heard(agenda, 10.0)
    assert [send.message for send in agenda.silence(10.02)] == [
        bytes((OFF, 36, 64)),
        bytes((OFF, 38, 64)),
    ]
    assert agenda.pending == ()
    assert agenda.silence(10.03) == []


def test_hats_that_choke_let_go_of_each_other_and_of_nothing_else() -> None:
    agenda = Agenda(gate=1.0, choked=frozenset((42, 44, 46)))
    agenda.plan([note(0, 51), note(0, 46), note(48, 42)])
    assert heard(agenda, 10.0) == [(10.0, ON, 51), (10.0, ON, 46)]
    assert heard(agenda, 10.05) == [(10.05, OFF, 46), (10.05, ON, 42)]
    assert agenda.sounding == {42, 51}


def test_hats_that_do_not_choke_sound_on() -> None:
    agenda = Agenda(gate=1.0)
    agenda.plan([note(0, 46), note(48, 42)])
    assert heard(agenda, 10.05) == [(10.0, ON, 46), (10.05, ON, 42)]


def test_an_audition_sounds_at_once_and_is_let_go_of() -> None:
    agenda = Agenda(gate=0.1)
    agenda.audition(60)
    agenda.audition(60)
    due = agenda.due(5.0, None, 0.0, 0.0, None)
    assert [(send.message, note) for send, note in due] == [
        (bytes((ON, 60, 100)), None),
        (bytes((OFF, 60, 64)), None),
        (bytes((ON, 60, 100)), None),
    ]
    assert agenda.deadline(None, 0.0, 0.0, None) == pytest.approx(5.1)
    (release,) = agenda.due(5.1, None, 0.0, 0.0, None)
    assert release[0].message == bytes((OFF, 60, 64))
    assert not agenda.sounding
