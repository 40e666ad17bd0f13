"""Which voice a note of Roland's drum kits plays, those of the Groove MIDI Dataset among them."""

from __future__ import annotations

from engine.score.notes import Voice

_GROOVE_NOTES = {
    Voice.KICK: (36,),
    Voice.SNARE: (38, 40),
    Voice.SIDE_STICK: (37,),
    Voice.CLOSED_HAT: (42, 22),
    Voice.PEDAL_HAT: (44,),
    Voice.OPEN_HAT: (46, 26),
    Voice.LOW_TOM: (43, 58),
    Voice.MID_TOM: (45, 47),
    Voice.HIGH_TOM: (48, 50),
    Voice.CRASH: (49, 55, 57, 52),
    Voice.RIDE: (51, 59),
    Voice.RIDE_BELL: (53,),
}
VOICES = {note: voice for voice, notes in _GROOVE_NOTES.items() for note in notes}
