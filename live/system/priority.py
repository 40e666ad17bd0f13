"""Ask the system to run this thread before others, as a sender of music must be.

Never needed: whatever is refused leaves the program playing, a little less even, and is told in
one sentence. To be called in the thread that sends, after its helpers were started.
"""

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

SENDER = 20  # of 1..99 of SCHED_FIFO; any is above all ordinary threads
HELPER = 10  # of a thread that shares Python's lock with the sender, or it would wait for both
PERIOD_SECONDS = 0.005  # macOS is told how often we wake, how long we compute, and how late is late
COMPUTATION_SECONDS = 0.001
CONSTRAINT_SECONDS = 0.003


def _nothing() -> None:
    """Nothing has to be undone."""


@dataclass(frozen=True, slots=True)
class Priority:
    """What the system granted."""

    granted: bool
    text: str  # one sentence for the screen
    restore: Callable[[], None] = _nothing  # undo it, in the same thread; never raises


def raise_priority(level: int = SENDER) -> Priority:
    """Raise the calling thread, on Linux to a level; its children do not inherit it."""
    if sys.platform == "linux":
        return _linux(level)
    if sys.platform == "darwin":
        return _macos()
    if sys.platform == "win32":
        return _windows()
    return Priority(False, f"Priority unchanged: {sys.platform} is not known here.")


def _linux(level: int) -> Priority:
    if sys.platform != "linux":  # for mypy, which checks each platform by itself
        raise NotImplementedError
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    policy = os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
    try:
        os.sched_setscheduler(0, policy, os.sched_param(level))
    except OSError as error:
        advice = "allow it with 'rtprio 20' in /etc/security/limits.d"
        return Priority(False, f"Priority unchanged: {error.strerror}; {advice}.")

    def restore() -> None:
        with contextlib.suppress(OSError):
            # RESET_ON_FORK stays on: only a privileged thread may take it off.
            os.sched_setscheduler(0, before[0] | os.SCHED_RESET_ON_FORK, before[1])

    return Priority(True, f"Real-time priority granted (SCHED_FIFO {level}).", restore)


def _macos() -> Priority:
    if sys.platform != "darwin":
        raise NotImplementedError

    class TimeConstraint(ctypes.Structure):  # mach/thread_policy.h; times in Mach ticks
        _fields_ = (
            ("period", ctypes.c_uint32),
            ("computation", ctypes.c_uint32),
            ("constraint", ctypes.c_uint32),
            ("preemptible", ctypes.c_uint32),
        )

    class Timebase(ctypes.Structure):  # mach/mach_time.h
        _fields_ = (("numer", ctypes.c_uint32), ("denom", ctypes.c_uint32))

    try:
        system = ctypes.CDLL("/usr/lib/libSystem.B.dylib")
        base = Timebase()
        system.mach_timebase_info(ctypes.byref(base))
        ticks = 1e9 * base.denom / base.numer  # a second
        seconds = (PERIOD_SECONDS, COMPUTATION_SECONDS, CONSTRAINT_SECONDS)
        wish = TimeConstraint(*(int(value * ticks) for value in seconds), 1)
        system.pthread_self.restype = ctypes.c_void_p
        system.pthread_mach_thread_np.argtypes = (ctypes.c_void_p,)
        system.pthread_mach_thread_np.restype = ctypes.c_uint32
        thread = ctypes.c_uint32(system.pthread_mach_thread_np(system.pthread_self()))
        time_constraint_policy, count = 2, 4  # THREAD_TIME_CONSTRAINT_POLICY and its size in ints
        error = system.thread_policy_set(thread, time_constraint_policy, ctypes.byref(wish), count)
    except (OSError, AttributeError, ZeroDivisionError) as failure:
        return Priority(False, f"Priority unchanged: {failure}.")
    if error:
        return Priority(False, f"Priority unchanged: thread_policy_set answered {error}.")
    return Priority(True, "Real-time priority granted (time constraint policy).")


def _windows() -> Priority:
    if sys.platform != "win32":
        raise NotImplementedError
    try:
        winmm = ctypes.WinDLL("winmm")
        fine_timer = winmm.timeBeginPeriod(1) == 0  # TIMERR_NOERROR; milliseconds
    except (OSError, AttributeError) as failure:
        return Priority(False, f"Priority unchanged: {failure}.")
    avrt, task = None, None
    with contextlib.suppress(OSError, AttributeError):  # said in the sentence below
        avrt = ctypes.WinDLL("avrt")
        avrt.AvSetMmThreadCharacteristicsW.argtypes = (
            ctypes.c_wchar_p,
            ctypes.POINTER(ctypes.c_ulong),
        )
        avrt.AvSetMmThreadCharacteristicsW.restype = ctypes.c_void_p
        avrt.AvRevertMmThreadCharacteristics.argtypes = (ctypes.c_void_p,)
        index = ctypes.c_ulong(0)
        task = avrt.AvSetMmThreadCharacteristicsW("Pro Audio", ctypes.byref(index))

    def restore() -> None:
        if avrt is not None and task:
            avrt.AvRevertMmThreadCharacteristics(task)
        if fine_timer:
            winmm.timeEndPeriod(1)

    timer = "1 ms timer" if fine_timer else "no 1 ms timer"
    if not task:
        return Priority(False, f"Priority unchanged: no Pro Audio class ({timer}).", restore)
    return Priority(True, f"Priority raised (Pro Audio class, {timer}).", restore)


def settle_in(level: int | None = HELPER) -> None:
    """Once in each thread of the MIDI system: let it share Python's lock fairly.

    `level` is its priority, None where the MIDI system has seen to that itself.

    It holds the lock in each callback: set aside then for others' work, it would hold up the
    sender too. And a foreign thread is to Python a new thread at each callback, unless its
    state is kept, as here for good. Who waits for the lock may demand it only from a holder
    that stays the same (ceval_gil.h, take_gil): new ones, one after the other, starved the
    sender for whole bursts of messages (100 of them: 4 ms).
    """
    if level is not None:
        raise_priority(level)
    ctypes.pythonapi.PyGILState_Ensure()
