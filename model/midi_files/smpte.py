"""Files whose ticks are parts of a video frame: brought to beats, which is what is played."""

from __future__ import annotations

from model.midi_files.events import DIVISION, TEMPO, USUAL_BPM, MidiFile, tempo_event

_FRAMES = {29: 30 / 1.001}  # "29" stands for NTSC's drop frames


def in_beats(file: MidiFile) -> None:
    """Give a file of SMPTE time ticks a beat, at its first tempo or 120 BPM.

    Its tempos never moved a note; of several only the first is kept.
    """
    frames, ticks = 256 - (file.division >> 8), file.division & 0xFF
    a_second = _FRAMES.get(frames, float(frames)) * (ticks or 1)
    bpm = file.bpm if 20 <= file.bpm <= 300 else USUAL_BPM
    factor = DIVISION * bpm / 60 / a_second
    for track in file.tracks:
        track.events = [event for event in track.events if event.meta != TEMPO]
        for event in track.events:
            event.tick = round(event.tick * factor)
    file.tracks[0].events.insert(0, tempo_event(0, bpm))
    file.division = DIVISION
    file.faults.append(
        f"its time is SMPTE's, {frames} frames a second of {ticks} ticks; "
        f"read as beats of {bpm:g} BPM"
    )
