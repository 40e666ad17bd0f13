"""What is turned is told at once: invented time, and the conductor's own loop."""

import math
from collections.abc import Mapping

import pytest

from engine.controls.control import Value
from engine.playing.events import Turned
from live.conductor.control_updates import EVERY, PATIENCE, WAIT, ControlUpdates
from live.panel.spec import PanelSpec
from live.panel.supervisor import PanelSupervisor
from tests.live.conductor.test_loop import Room
from tests.rig import wait_until

pytestmark = pytest.mark.stage


def free(_now: float) -> bool:
    return False


def near(_now: float) -> bool:
    return True


def test_what_is_turned_is_told_at_once_and_once() -> None:
    values: dict[str, Value] = {"swing": 50.0}
    told: list[object] = []
    echo = ControlUpdates(values, told.append)
    echo.look(1.0, free)
    assert (told, echo.deadline()) == ([], math.inf)
    values["swing"] = 60.0
    echo.look(1.1, free)
    echo.look(1.2, free)
    assert (told, echo.deadline()) == ([{"swing": 60.0}], math.inf)


def test_a_storm_is_told_sixty_times_a_second_and_its_end_is_not_lost() -> None:
    values: dict[str, Value] = {"swing": 0.0}
    told: list[object] = []
    echo = ControlUpdates(values, told.append)
    for turn in range(1000):
        values["swing"] = float(turn + 1)
        echo.look(1.0 + turn / 1000.0, free)
    assert 58 <= len(told) <= 61
    assert 1.999 < echo.deadline() <= 1.999 + EVERY
    echo.look(echo.deadline(), free)
    assert told[-1] == {"swing": 1000.0}


def test_it_is_put_off_before_a_note_but_not_for_ever() -> None:
    values: dict[str, Value] = {"swing": 0.0}
    told: list[object] = []
    echo = ControlUpdates(values, told.append)
    values["swing"] = 1.0
    now = 1.0
    echo.look(now, near)
    assert echo.deadline() == 1.0 + WAIT
    while not told and now < 2.0:
        now = echo.deadline()
        echo.look(now, near)
    assert now - 1.0 == pytest.approx(PATIENCE, abs=WAIT)


def test_what_is_turned_back_meanwhile_is_not_told() -> None:
    values: dict[str, Value] = {"swing": 0.0}
    told: list[object] = []
    echo = ControlUpdates(values, told.append)
    values["swing"] = 1.0
    echo.look(1.0, near)
    values["swing"] = 0.0
    echo.look(1.001, near)
    assert (told, echo.deadline()) == ([], math.inf)


def test_the_conductor_tells_what_comes_from_anywhere() -> None:
    told: list[object] = []

    def tell(values: Mapping[str, Value]) -> None:
        told.append((values["swing"], values["ghost"]))

    with Room(clock="midi", turned=tell) as room:
        room.say("/drumigen/swing/value", 61.0)
        wait_until(lambda: told[-1:] == [(61.0, 1.0)], "the swing")
        room.put(Turned("ghost", 1.5))
        wait_until(lambda: told[-1:] == [(61.0, 1.5)], "the ghosts")


def test_a_view_takes_the_place_of_what_was_turned_before_it() -> None:
    sent: list[object] = []

    class Pipe:
        send = staticmethod(sent.append)

    feed = PanelSupervisor(PanelSpec(), lambda _name, _value: None, None)  # type: ignore[arg-type]
    feed.turn({"swing": 60.0})
    feed.put("a view")
    feed.turn({"swing": 61.0})
    feed._say(Pipe())  # type: ignore[arg-type]
    feed._say(Pipe())  # type: ignore[arg-type]
    assert sent == ["a view", {"swing": 61.0}]
    feed.turn({"swing": 62.0})
    feed.put("another")
    feed._say(Pipe())  # type: ignore[arg-type]
    assert sent[2:] == ["another"]
    feed._waker.close()
