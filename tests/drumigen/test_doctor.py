"""`drumigen doctor` and `drumigen ports`, as a person runs them beside a real JACK server."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests import rig

pytestmark = pytest.mark.jack


@pytest.fixture
def server() -> Iterator[rig.JackServer]:
    rig.require()
    with rig.JackServer() as running:
        yield running


def said(server: rig.JackServer, command: str) -> "subprocess.CompletedProcess[str]":
    """What a command of ours says beside that server."""
    line = (sys.executable, "-m", "drumigen", command)
    return subprocess.run(
        line, env=server.env, text=True, capture_output=True, check=False, timeout=60
    )


def test_ports_names_those_of_the_server_and_nothing_else_is_said(server: rig.JackServer) -> None:
    with rig.Witness(server, pads=None):
        answer = said(server, "ports")
    assert answer.stdout.splitlines() == [
        "MIDI system: JACK",
        "inputs:",
        "  witness:mouth",
        "outputs:",
        "  witness:pads",
    ]
    assert (answer.returncode, answer.stderr) == (0, "")


def test_ports_says_in_one_line_that_the_server_hangs(server: rig.JackServer) -> None:
    server.hang()
    answer = said(server, "ports")
    assert answer.stderr == (
        "drumigen: JACK: its server is there and does not answer; "
        "restart it, or wake the audio interface that it waits for\n"
    )
    assert answer.returncode == 2


def test_doctor_names_a_hanging_server_and_looks_at_all_the_rest(server: rig.JackServer) -> None:
    server.hang()
    answer = said(server, "doctor")
    marks = [line for line in answer.stdout.splitlines() if not line.startswith(" ")]
    assert "missing midi      JACK: its server is there and does not answer" in marks
    assert "-> restart it, or wake the audio interface" in answer.stdout
    assert [line.split()[1] for line in marks][-1] == "styles"
    assert (answer.returncode, answer.stderr) == (0, "")
