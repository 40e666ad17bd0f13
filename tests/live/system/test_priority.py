"""The priority of the sending thread: granted or refused, but never fatal."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from live.system import priority

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's scheduler")


def in_a_thread(call: Callable[[], None]) -> None:
    """Run where a changed priority ends with the thread, and pass on what it raises."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001  raised again below, in the test's thread
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def test_the_answer_is_one_sentence_and_can_be_undone() -> None:
    def ask() -> None:
        answer = priority.raise_priority()
        assert answer.text.endswith(".")
        assert "\n" not in answer.text
        answer.restore()
        answer.restore()

    in_a_thread(ask)


@linux_only
def test_what_it_says_is_what_the_scheduler_says() -> None:
    def ask() -> None:
        before = os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK
        answer = priority.raise_priority()
        assert (policy() == os.SCHED_FIFO) == answer.granted
        answer.restore()
        assert policy() == before

    def policy() -> int:
        return os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK

    in_a_thread(ask)


@pytest.mark.stage
@linux_only
def test_neither_a_child_nor_a_later_thread_inherits_it() -> None:
    def ask() -> None:
        answer = priority.raise_priority()
        code = "import os; print(os.sched_getscheduler(0))"
        child = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert int(child.stdout) == os.SCHED_OTHER
        later: list[int] = []
        thread = threading.Thread(target=lambda: later.append(os.sched_getscheduler(0)))
        thread.start()
        thread.join()
        assert later == [os.SCHED_OTHER]
        answer.restore()

    in_a_thread(ask)


@linux_only
def test_a_refusal_is_told_with_what_would_help(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    answer = priority.raise_priority()
    assert not answer.granted
    assert "Operation not permitted" in answer.text
    assert "limits.d" in answer.text


def test_an_unknown_system_is_refused_softly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "haiku")
    answer = priority.raise_priority()
    assert answer == priority.Priority(False, "Priority unchanged: haiku is not known here.")
