"""Which ports there are, asked by a passing process: a MIDI system's library may hang or die."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.connection import Connection

from engine.errors import UserError
from live.midi.jack_server import SILENT, hush, server_answers

PATIENCE = 3.0  # seconds for an answer; to start the process takes a tenth of one
Names = tuple[str | None, list[str], list[str]]


def port_names() -> Names:
    """The MIDI system's name, None where there is none; the names of its inputs and outputs.

    UserError: a JACK server is there and does not answer.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        answer: Names | None = ours.recv() if ours.poll(PATIENCE) else None
    except EOFError:
        answer = None, [], []
    process.kill()
    process.join()
    if answer is None:
        remedy = "restart it, or wake the audio interface that it waits for"
        raise UserError(f"JACK: {SILENT}; {remedy}")
    return answer


def _answer(connection: Connection) -> None:
    os.environ.setdefault("JACK_NO_START_SERVER", "1")  # libjack would start one itself
    connection.send(_of_jack() or _of_rtmidi())


def _of_jack() -> Names | None:
    if not server_answers():
        return None
    try:
        import jack  # type: ignore[import-untyped]  # noqa: PLC0415 - OSError without libjack
    except OSError:
        return None
    hush()
    client = jack.Client("MidiDrumiGen names", no_start_server=True)
    inputs, outputs = (
        [port.name for port in client.get_ports(is_midi=True, is_output=out, is_input=not out)]
        for out in (True, False)
    )
    client.close()
    return "JACK", inputs, outputs


def _of_rtmidi() -> Names:
    import rtmidi  # noqa: PLC0415 - as above

    from live.midi.rtmidi_ports import SYSTEMS, USUAL  # noqa: PLC0415 - as above

    hush()
    for api in USUAL:
        try:
            listener, sender = rtmidi.MidiIn(api), rtmidi.MidiOut(api)
        except (SystemError, rtmidi.RtMidiError):
            continue  # this one is built in, but does not run here
        return SYSTEMS[api], listener.get_ports(), sender.get_ports()
    return None, [], []
