"""Which part of the song a bar is of."""

from engine.score.song_parts import PartPlace, SongParts


def test_a_part_that_is_called_begins_with_the_next_phrase_and_a_fill_leads_there() -> None:
    parts = SongParts()
    parts.begin(0, 0, 4)
    parts.called = "verse"
    assert parts.coming == "verse"
    assert [parts.leads(bar, bar, 4) for bar in (1, 2, 3)] == [False, False, True]
    for bar in (1, 2, 3):
        parts.begin(bar, bar, 4)
        assert parts.place(bar, 4).part == "free"
    parts.begin(4, 4, 4)
    assert (parts.place(5, 4), parts.coming) == (PartPlace("verse", 1, 4), "")
    assert not parts.leads(7, 7, 4)


def test_a_part_may_come_with_the_next_bar() -> None:
    parts = SongParts("bar")
    parts.begin(0, 0, 8)
    parts.called = "drop"
    assert parts.leads(0, 0, 8)
    parts.begin(1, 1, 8)
    assert parts.place(1, 8) == PartPlace("drop", 0, 8)


def test_before_the_first_bar_it_begins_at_once() -> None:
    parts = SongParts()
    parts.called = "intro"
    parts.begin(0, 13, 8)
    assert parts.playing == "intro"


def test_a_plan_says_all_parts_and_their_ends() -> None:
    parts = SongParts(plan=(("intro", 2), ("verse", 1), ("outro", 3)))
    places = [parts.place(number, 8) for number in range(7)]
    assert [place.part for place in places] == ["intro"] * 2 + ["verse"] + ["outro"] * 4
    assert [parts.leads(number, number, 8) for number in range(7)] == [
        *(False, True, True),
        *(False,) * 4,
    ]
    assert [place.is_last for place in places] == [False, True, True, False, False, True, True]
    assert [place.progress for place in places[3:6]] == [0.0, 0.5, 1.0]
