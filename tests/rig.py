"""Real parts for tests from end to end: a JACK server, a clock master, and a witness.

Every part is a process of its own, so that no Python lock of the test is in a part's way, and
every part is a context manager that ends what it started. All frame numbers are the frame time
of one server, so a clock tick and a drum hit can be compared by subtraction.

Needs the programs jackd, jack_lsp, jack_connect (Debian: jackd2), jack_midi_clock
(jack-midi-clock) and the package JACK-Client.
"""

import contextlib
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import pytest

if sys.platform != "win32":  # where there is no JACK to lock a name of, but other tests run
    import fcntl
    import resource

# What a test may use is what its marks say (see docs/developing.md); tests/conftest.py fills it
# in. None: no test is running, but a benchmark.
granted: set[str] | None = None
PROCESSES = ("jack", "browser", "foreign", "stage")  # with one of these another program may start
PROGRAMS_OF = {
    "browser": ("chromium",),
    "foreign": ("oscsend", "oscdump", "stdbuf", "unshare", "nsenter", "ip"),
}
PROGRAMS = ("jackd", "jack_lsp", "jack_connect", "jack_midi_clock")
CLOCK_PORT = "jack_midi_clock:mclk_out"
CLOCK, START, CONTINUE, STOP, SONG_POSITION = b"\xf8", b"\xfa", b"\xfb", b"\xfc", 0xF2


def needs(*marks: str) -> None:
    """Fail the test that has none of these marks."""
    if granted is not None and granted.isdisjoint(marks):
        pytest.fail(f"this test needs the mark {' or '.join(marks)}")


def require(*programs: str) -> None:
    """Skip the test where a part is not installed; under CI, where all are, fail instead."""
    others = {name: mark for mark, names in PROGRAMS_OF.items() for name in names}
    for program in programs or PROGRAMS:
        needs(others.get(program, "jack"))
    missing = [program for program in programs or PROGRAMS if shutil.which(program) is None]
    if not missing:
        return
    if os.environ.get("CI"):
        pytest.fail(f"not installed: {', '.join(missing)}")
    pytest.skip(f"not installed: {', '.join(missing)}")


def wait_until(
    holds: Callable[[], bool], what: str | Callable[[], str], timeout: float = 5.0
) -> None:
    """Poll until `holds()`; fail the test with `what` after `timeout` seconds.

    As a function `what` is asked then, and can tell what was there instead.
    """
    deadline = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > deadline:
            told = what if isinstance(what, str) else what()
            pytest.fail(f"waited {timeout} s in vain for {told}")
        time.sleep(0.01)


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """A port of the loopback, of UDP unless it is told, that nobody has now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(*command: str, env: Mapping[str, str], **streams: Any) -> "subprocess.Popen[str]":
    """Start a program that the kernel ends when this process dies, however it dies."""
    setpriv = shutil.which("setpriv")
    tied = [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []
    return subprocess.Popen([*tied, *command], env=dict(env), text=True, bufsize=1, **streams)


def end(process: "subprocess.Popen[str]", how: signal.Signals = signal.SIGTERM) -> None:
    """End a program: by the signal asked for, by force after 3 s."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(3.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def may_run_first() -> bool:
    """Whether this user's programs may have realtime priority."""
    return os.geteuid() == 0 or resource.getrlimit(resource.RLIMIT_RTPRIO)[0] != 0


def _take_name(timeout: float = 60.0) -> tuple[str, IO[str]]:
    """A server name that no other test run is using, and the lock that keeps it so."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        for number in range(4):
            name = (
                f"drumigen-rig-{os.getuid()}-{number}.lock"  # who else runs them is not in the way
            )
            lock = (Path(tempfile.gettempdir()) / name).open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            return f"rig{number}", lock
        time.sleep(0.1)
    pytest.fail("all JACK servers of the rig have been busy for a minute")


class JackServer:
    """A jackd on the dummy driver, under a name of its own.

    While entered, JACK_DEFAULT_SERVER of this process names it: ports made here are its ports.
    Names are locked while in use, four at a time: the registry of jack2 has 8 places, and the
    place of a killed server is free again only to a server of the same name, so a killed one is
    started and ended once more when it is left.
    """

    def __init__(
        self,
        rate: int = 48000,
        period: int = 256,
        *,
        synchronous: bool = True,
        realtime: bool = False,
    ) -> None:
        """`rate` frames a second; `period` frames: under 256 the dummy driver loses messages.

        A synchronous server waits for late clients: no message is ever lost, and its time may
        lag behind the clock on the wall. It can hold up jack_connect for seconds when
        clients have just come: where ports come and go in time, take an asynchronous one.
        A `realtime` one runs before others, as JACK does unless it is told not to; where that is
        not allowed it is an ordinary one.
        """
        self.rate = rate
        self.realtime = realtime and may_run_first()
        self._flags = (*(("-R",) if self.realtime else ("-r",)), *(("-S",) if synchronous else ()))
        self.period = period
        self.name = ""
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[str] | None = None
        self._before: str | None = None
        self._killed = False

    @property
    def pid(self) -> int:
        """Of the server's process, while it runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def env(self) -> dict[str, str]:
        """The environment in which programs find this server."""
        return os.environ | {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}

    def __enter__(self) -> Self:
        self.name, self._lock = _take_name()
        self._before = os.environ.get("JACK_DEFAULT_SERVER")
        os.environ["JACK_DEFAULT_SERVER"] = self.name
        try:
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None
    ) -> None:
        self.stop()
        if self._killed:  # its place in the registry
            self.restart()
            self.stop()
        if self._before is None:
            os.environ.pop("JACK_DEFAULT_SERVER", None)
        else:
            os.environ["JACK_DEFAULT_SERVER"] = self._before
        if self._lock is not None:
            self._lock.close()

    def start(self) -> None:
        """Return when clients can connect."""
        driver = ("-d", "dummy", "-r", str(self.rate), "-p", str(self.period))
        command = ("jackd", "-n", self.name, *self._flags, *driver)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = start(*command, env=os.environ, **quiet)
        self._killed = False
        wait_until(lambda: bool(self.ports()), f"jackd {self.name}", 10.0)

    def stop(self) -> None:
        """End it politely; clients are told."""
        self.go_on()
        if self._process is not None:
            end(self._process)

    def kill9(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            end(self._process, signal.SIGKILL)
            self._killed = True

    def hang(self) -> None:
        """Let it stand still: it is there and answers nobody."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """End of hang()."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Start it again under the same name."""
        self.stop()
        self.start()

    def run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one of JACK's own programs against this server."""
        server = ("-s", self.name)
        return subprocess.run(
            [program, *server, *arguments],
            env=self.env,
            text=True,
            capture_output=True,
            check=False,
            timeout=15,
        )

    def ports(self) -> list[str]:
        """Full names of all ports, "client:port"."""
        return self.run("jack_lsp").stdout.splitlines()

    def wait_for_port(self, name: str, timeout: float = 5.0) -> str:
        """The full name of the first port with `name` in its own, as soon as it is there."""
        found: list[str] = []

        def there() -> bool:
            found[:] = [port for port in self.ports() if name in port]
            return bool(found)

        wait_until(there, f"port {name!r}", timeout)
        return found[0]

    def connect(self, source: str, target: str, timeout: float = 5.0) -> None:
        """Connect two ports, each given by a part of its name, waiting until both are there."""
        ends = [self.wait_for_port(name, timeout) for name in (source, target)]
        answer = self.run("jack_connect", *ends)
        if answer.returncode:
            pytest.fail(f"{' -> '.join(ends)}: {answer.stderr.strip()}")


class _Part:
    """A Python process beside the test: `role` is a function of rig_parts.py. It talks in lines."""

    def __init__(self, server: JackServer, role: str, *arguments: str) -> None:
        self.server = server
        self._command = (
            sys.executable,
            str(Path(__file__).with_name("rig_parts.py")),
            role,
            *arguments,
        )
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()

    def __enter__(self) -> Self:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = start(*self._command, env=self.server.env, **pipes)
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        try:
            self._expect("ready")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None
    ) -> None:
        if self._process is None:
            return
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()  # asks it to leave the graph in order
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2.0)
        end(self._process, signal.SIGKILL)

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._heard(line.strip())
        process.stdout.close()

    def _heard(self, line: str) -> None:
        self._answers.put(line)

    def _expect(self, word: str) -> str:
        try:
            answer = self._answers.get(timeout=10.0)
        except queue.Empty:
            pytest.fail(f"no answer from {self._command[2]}")
        assert answer.startswith(word), answer
        return answer

    def _say(self, line: str) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


class ClockMaster(_Part):
    """The part of the DAW: a transport with a tempo, and jack_midi_clock that follows it.

    The clock's port is CLOCK_PORT. From frame 0 it sends Start and the first tick together.
    From elsewhere it sends Song Position at once, ticks meanwhile, and Continue
    `resync_seconds` of music later, where the position it announced is reached: at the tick
    there, or at most one tick after it (read in jack_midi_clock.c: it asks the position at the
    start of a period).
    """

    def __init__(
        self,
        server: JackServer,
        bpm: float = 120.0,
        resync_seconds: float = 2.0,
        options: tuple[str, ...] = (),
    ) -> None:
        """`options` go to jack_midi_clock, such as "-P": no Song Position; see its man page."""
        super().__init__(server, "transport", str(bpm))
        self._clock: subprocess.Popen[str] | None = None
        self._options = ("-d", str(resync_seconds), *options)

    def __enter__(self) -> Self:
        super().__enter__()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._clock = start("jack_midi_clock", *self._options, env=self.server.env, **quiet)
        try:
            self.server.wait_for_port(CLOCK_PORT)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, t: type[BaseException] | None, e: BaseException | None, b: TracebackType | None
    ) -> None:
        if self._clock is not None:
            end(self._clock, signal.SIGHUP)
        super().__exit__(t, e, b)

    def play(self) -> None:
        """Roll from where the transport stands."""
        self._command_and_wait("play")

    def stop(self) -> None:
        """Stop and stay there."""
        self._command_and_wait("stop")

    def tempo(self, bpm: float) -> None:
        """Change the tempo from the next period on, also while rolling.

        Where the new tempo is faster, the tick that it would have put before that period is
        never sent (read in jack_midi_clock.c): every bar line after it comes a tick later.
        """
        self._command_and_wait(f"tempo {bpm}")

    def locate(self, beat: float) -> None:
        """Go to a beat (quarter notes from 0, at the present tempo), also while rolling."""
        self._command_and_wait(f"locate {beat}")

    def _command_and_wait(self, line: str) -> None:
        self._say(line)
        self._expect("done")


@dataclass(frozen=True, slots=True)
class Heard:
    """One message at the witness."""

    label: str  # which of the witness's ears
    frame: int  # JACK frame time, counted from the server's start
    data: bytes


class Witness(_Part):
    """Writes down every message at its ears, each an input port "witness:<label>".

    Each ear is connected to a source port, given by a part of its name, when entered.
    It also has an output port "witness:mouth", for `say`. Under another name it plays the part
    of a controller.
    """

    def __init__(self, server: JackServer, client: str = "witness", **sources: str | None) -> None:
        """Ear label to source port; None leaves that ear for `server.connect` to connect."""
        super().__init__(server, "witness", client, *sources)
        self._client = client
        self._sources = sources
        self._heard_messages: list[Heard] = []
        self.xruns = 0  # periods that some client missed: messages may be lost when not 0

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            for label, source in self._sources.items():
                if source is not None:
                    self.server.connect(source, f"{self._client}:{label}")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _heard(self, line: str) -> None:
        word, *rest = line.split()
        if word == "heard":
            label, frame, data = rest
            self._heard_messages.append(Heard(label, int(frame), bytes.fromhex(data)))
        elif word == "xruns":
            self.xruns = int(rest[0])
        else:
            super()._heard(line)

    def heard(self, label: str | None = None) -> list[Heard]:
        """What has been heard so far, in order of time, at one ear or at all."""
        return [one for one in list(self._heard_messages) if label in (None, one.label)]

    def frames(self, label: str, status: bytes) -> list[int]:
        """Frames of the messages at one ear that begin with `status`."""
        return [one.frame for one in self.heard(label) if one.data.startswith(status)]

    def wait_for(self, label: str, data: bytes, timeout: float = 5.0, count: int = 1) -> Heard:
        """The `count`-th message at an ear that begins with `data`, once it is there."""

        def found() -> list[Heard]:
            return [one for one in self.heard(label) if one.data.startswith(data)]

        wait_until(lambda: len(found()) >= count, f"{data.hex()} at {label}", timeout)
        return found()[count - 1]

    def clear(self) -> None:
        """Forget what has been heard."""
        self._heard_messages.clear()

    def say(self, data: bytes) -> None:
        """Send a message from "witness:mouth" in the next period."""
        self._say(data.hex())
