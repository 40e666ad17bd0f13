"""A take keeps bars in playing order, each with its own notes."""

from engine.takes.take import Begun, Keep, Left, Played, Take


def begun(number: int, **more: object) -> Begun:
    return Begun(number, number * 1920, number * 2.0, 120.0, "funk", "model", **more)  # type: ignore[arg-type]


def played(number: int, tick: float) -> Played:
    return Played(number, tick, max(0, round(tick)), 36, 100, number * 2.0 + tick / 960, 120.0)


def of(*records: object, bars: int | None = 64) -> Take:
    take = Take(bars)
    for record in records:
        take.add(record)  # type: ignore[arg-type]
    return take


def test_notes_stand_in_the_bar_they_belong_to_whenever_they_were_sent() -> None:
    take = of(begun(0), played(0, 0), played(1, -5.0), played(0, 1910), begun(1), played(0, 1925.0))
    assert [[note.tick for note in bar.notes] for bar in take.bars] == [[0, 1910, 1925.0], [-5.0]]


def test_an_early_note_of_a_bar_that_never_began_is_in_no_bar() -> None:
    take = of(begun(0), played(1, -5.0), begun(2))
    assert [len(bar.notes) for bar in take.bars] == [0, 0]


def test_a_note_sent_ahead_of_a_jump_is_of_the_bar_that_is_jumped_to() -> None:
    # From beat 3 of bar 0 to beat 2 of a bar at 9600; the hit on beat 3 has been sent.
    take = of(begun(0), played(0, 0), played(0, 955.0), Left(0, 960.0, 1.0))
    take.add(Played(0, 958.0, 960, 38, 90, 1.0, 120.0))
    take.add(Begun(1, 9600, 0.5, 120.0, entered=480.0, left=960.0))
    assert [[(n.number, n.tick, n.score) for n in bar.notes] for bar in take.bars] == [
        [(0, 0, 0), (0, 955.0, 955)],
        [(1, 478.0, 480)],
    ]


def test_an_early_note_of_a_bar_that_a_jump_replaced_is_of_the_bar_in_its_place() -> None:
    take = of(begun(0), played(1, -3.0), begun(2, left=1920.0))
    assert [[(n.number, n.tick, n.score) for n in bar.notes] for bar in take.bars] == [
        [],
        [(2, -3.0, 0)],
    ]


def test_a_jump_with_nothing_played_before_it_brings_nothing() -> None:
    take = of(played(0, -3.0), begun(1, left=1920.0))
    assert [bar.notes for bar in take.bars] == [[]]


def test_a_bar_that_jumps_along_keeps_what_was_sent_of_it() -> None:
    take = of(begun(0), begun(1), played(1, -3.0), begun(1), played(1, 480))
    assert [note.tick for note in take.bars[1].notes] == [-3.0, 480]


def test_bars_too_long_ago_are_let_go() -> None:
    take = of(*(begun(number) for number in range(10)), bars=2)
    assert [bar.begun.number for bar in take.bars] == [8, 9]
    assert len(of(*(begun(number) for number in range(100)), bars=None).bars) == 100


def test_what_is_kept_are_whole_bars_up_to_the_last_one_meant() -> None:
    take = of(
        begun(0),
        begun(1, entered=480.0),
        begun(2),
        Left(2, 960.0, 5.0),
        begun(3),
        begun(5),
        begun(6),
    )
    numbers = [
        [bar.begun.number for bar in take.kept(keep)]
        for keep in (Keep(2, 5), Keep(1, 5), Keep(4, 5), Keep(9, 2), Keep(3, 5, 4), Keep(3, 2, 1))
    ]
    assert numbers == [[3, 5], [5], [0, 3, 5], [0], [5], []]


def test_a_bar_that_is_not_there_is_not_left() -> None:
    assert of(begun(4), Left(1, 0.0, 0.0)).bars[0].whole


def test_what_is_to_be_kept_is_no_part_of_a_take() -> None:
    assert not of(Keep(4, 2)).bars


def test_every_bar_knows_all_controls_as_they_stood() -> None:
    first, second = begun(0, controls=(("density", 0.5), ("swing", 50.0))), begun(1)
    third = begun(2, controls=(("density", 0.7),))
    bars = of(first, second, third).bars
    assert bars[1].controls == {"density": 0.5, "swing": 50.0}
    assert bars[2].controls == {"density": 0.7, "swing": 50.0}
