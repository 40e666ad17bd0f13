from engine.take import Played, Take


def played(bar: int, tick: int) -> Played:
    return Played(bar, float(tick), tick, 36, 100, tick / 960)


def test_the_last_bars_come_in_the_order_they_were_sent() -> None:
    take = Take()
    notes = [played(bar, bar * 1920 + tick) for bar in range(4) for tick in (0, 480)]
    for note in notes:
        take.add(note)
    assert take.last(1) == tuple(notes[-2:])
    assert take.last(3) == tuple(notes[2:])
    assert take.last(99) == tuple(notes)


def test_nothing_was_played_yet() -> None:
    assert Take().last(4) == ()


def test_bars_too_long_ago_are_let_go() -> None:
    take = Take(bars=2)
    for bar in range(10):
        take.add(played(bar, bar * 1920))
    assert [note.bar for note in take.last(99)] == [8, 9]


def test_a_note_of_the_next_bar_may_be_sent_before_the_last_of_this_one() -> None:
    take = Take()
    early, last = played(1, 1900), played(0, 1910)
    take.add(early)
    take.add(last)
    assert take.last(2) == (early, last)
    assert take.last(1) == (early,)
