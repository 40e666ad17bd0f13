"""A MidiClip as Live's XML: an empty one of the set's own schema, and notes put into it.

A clip that the user's own Live saved is the surest pattern, so one of the set is taken where
there is any; its notes, envelopes and launch settings are taken out. Otherwise the clip is built
as Live wrote it in the sets and clips that we have seen, for their schemas.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from engine.score.grid import TICKS_PER_BEAT
from engine.takes.clip import Clip, ClipNote
from live.ableton.als_xml import SetFile, empty, number, put, text, value

OLDEST = 11  # Live 10 numbers no notes and has other elements
# Builds up to which we have seen the clip, by Live's version; 12402 is 12.4.
KNOWN = {11: 11399, 12: 12499}
WRAPPED = 12400  # from this build on a clip has an AutomationEnvelopesListWrapper
SLOT = "DeviceChain/MainSequencer/ClipSlotList/ClipSlot/ClipSlot/Value"
OFF_VELOCITY = "64"  # "none": what Live itself writes for a drawn note

# What a pattern may carry over from the user's clip, and must not.
CALM = {
    "LomId": "0", "LomIdView": "0", "Name": "", "Annotation": "", "LaunchMode": "0",
    "LaunchQuantisation": "0", "TimeSelection/AnchorTime": "0", "TimeSelection/OtherTime": "0",
    "Legato": "false", "Ram": "false", "GrooveSettings/GrooveId": "-1", "Disabled": "false",
    "VelocityAmount": "0", "FollowAction/FollowActionEnabled": "false", "FreezeStart": "0",
    "FreezeEnd": "0", "BankSelectCoarse": "-1", "BankSelectFine": "-1", "ProgramChange": "-1",
    "ScrollerTimePreserver/LeftTime": "0", "Loop/StartRelative": "0", "Loop/LoopStart": "0",
    "Loop/HiddenLoopStart": "0", "Loop/LoopOn": "true", "CurrentStart": "0",
}  # fmt: skip
CLEAR = ("Envelopes/Envelopes", "Notes/PerNoteEventStore/EventLists", "Notes/NoteProbabilityGroups")
ENDS = ("CurrentEnd", "Loop/LoopEnd", "Loop/OutMarker", "Loop/HiddenLoopEnd")
ENDS_IF_THERE = ("ScrollerTimePreserver/RightTime",)

_TOP = """<MidiClip Id="0" Time="0"><LomId Value="0"/><LomIdView Value="0"/>
<CurrentStart Value="0"/><CurrentEnd Value="4"/>
<Loop><LoopStart Value="0"/><LoopEnd Value="4"/><StartRelative Value="0"/><LoopOn Value="true"/>
<OutMarker Value="4"/><HiddenLoopStart Value="0"/><HiddenLoopEnd Value="4"/></Loop>
<Name Value=""/><Annotation Value=""/><Color Value="0"/>
<LaunchMode Value="0"/><LaunchQuantisation Value="0"/>
<TimeSignature><TimeSignatures/></TimeSignature><Envelopes><Envelopes/></Envelopes>
<ScrollerTimePreserver><LeftTime Value="0"/><RightTime Value="4"/></ScrollerTimePreserver>
<TimeSelection><AnchorTime Value="0"/><OtherTime Value="0"/></TimeSelection>
<Legato Value="false"/><Ram Value="false"/><GrooveSettings><GrooveId Value="-1"/></GrooveSettings>
<Disabled Value="false"/><VelocityAmount Value="0"/>
<FollowAction><FollowTime Value="4"/><IsLinked Value="true"/><LoopIterations Value="1"/>
<FollowActionA Value="4"/><FollowActionB Value="0"/><FollowChanceA Value="100"/>
<FollowChanceB Value="0"/><JumpIndexA Value="1"/><JumpIndexB Value="1"/>
<FollowActionEnabled Value="false"/></FollowAction>
<Grid><FixedNumerator Value="1"/><FixedDenominator Value="16"/><GridIntervalPixel Value="20"/>
<Ntoles Value="2"/><SnapToGrid Value="true"/><Fixed Value="false"/></Grid>
<FreezeStart Value="0"/><FreezeEnd Value="0"/><IsWarped Value="true"/><TakeId Value="1"/>"""
_CHANCE = """<NoteProbabilityGroups/>
<ProbabilityGroupIdGenerator><NextId Value="1"/></ProbabilityGroupIdGenerator>"""
_VIEW = """<BankSelectCoarse Value="-1"/><BankSelectFine Value="-1"/><ProgramChange Value="-1"/>
<NoteEditorFoldInZoom Value="-1"/><NoteEditorFoldInScroll Value="0"/>
<NoteEditorFoldOutZoom Value="-1"/><NoteEditorFoldOutScroll Value="0"/>
<NoteEditorFoldScaleZoom Value="-1"/><NoteEditorFoldScaleScroll Value="0"/>"""
_BOTTOM = """<ExpressionGrid><FixedNumerator Value="1"/><FixedDenominator Value="16"/>
<GridIntervalPixel Value="20"/><Ntoles Value="2"/><SnapToGrid Value="false"/>
<Fixed Value="false"/></ExpressionGrid></MidiClip>"""


def blank_clip(live: SetFile, track: Element) -> Element:
    """An empty clip of the set's schema; ConfigError if that is unknown and the set has no clip."""
    found = _pattern(live, track)
    clip = copy.deepcopy(found) if found is not None else _built(live)
    clip.set("Id", "0")
    clip.set("Time", "0")
    clip.tail = None
    for where, calm in CALM.items():
        put(clip, where, calm)
    for where in CLEAR:
        for element in clip.iterfind(where):
            empty(element)
    put(clip, "Color", value(track, "Color", "0"))
    fill(live, clip, Clip("", "", 1, ((0, 120.0),), ()))  # and see that all that it takes is there
    return clip


def fill(live: SetFile, element: Element, clip: Clip) -> None:
    """Put a clip's name, length, meter and notes into a blank one; its tempo has no place there.

    ConfigError if the element lacks what they are kept in.
    """
    live.need(element, "Name").set("Value", text(clip.name))
    length = number(clip.beats)
    for where in ENDS:
        live.need(element, where).set("Value", length)
    for where in ENDS_IF_THERE:
        put(element, where, length)
    meters = live.need(element, "TimeSignature/TimeSignatures")
    empty(meters)
    meter = SubElement(meters, "RemoteableTimeSignature", Id="0")
    SubElement(meter, "Numerator", Value=str(clip.meter.numerator))
    SubElement(meter, "Denominator", Value=str(clip.meter.denominator))
    SubElement(meter, "Time", Value="0")
    lanes = live.need(element, "Notes/KeyTracks")
    empty(lanes)
    live.need(element, "Notes/NoteIdGenerator/NextId").set("Value", str(len(clip.notes) + 1))
    _lanes(lanes, clip.notes)


def _lanes(lanes: Element, notes: Iterable[ClipNote]) -> None:
    """A lane a key, from the lowest up; notes are numbered from 1 in the order of playing."""
    numbered = list(enumerate(notes, 1))
    for place, key in enumerate(sorted({note.note for _, note in numbered})):
        lane = SubElement(lanes, "KeyTrack", Id=str(place))
        events = SubElement(lane, "Notes")
        for note_id, note in numbered:
            if note.note == key:
                SubElement(events, "MidiNoteEvent", _event(note, note_id))
        SubElement(lane, "MidiKey", Value=str(key))


def _event(note: ClipNote, note_id: int) -> dict[str, str]:
    return {
        "Time": number(note.beat),
        "Duration": number(note.length / TICKS_PER_BEAT),
        "Velocity": str(note.velocity),
        "VelocityDeviation": "0",
        "OffVelocity": OFF_VELOCITY,
        "Probability": "1",
        "IsEnabled": "true",
        "NoteId": str(note_id),
    }


def _pattern(live: SetFile, track: Element) -> Element | None:
    """A clip that the user's Live saved: of the track's slots, of the track, of any track."""
    for place in (*track.iterfind(SLOT), track, live.root):
        for clip in place.iter("MidiClip"):
            return clip
    return None


def _built(live: SetFile) -> Element:
    version, build = live.schema
    if build > KNOWN.get(version, -1):
        live.fault(
            f"saved by {live.maker}, newer than we know; make an empty MIDI clip in the set and"
            " save it again: that clip is taken as the pattern"
        )
    scale = live.need(live.body, "ScaleInformation")
    newer = scale.find("Root") is not None  # 12.2: numbers, and before the notes
    words = ElementTree.tostring(scale, encoding="unicode")
    in_key = f'<IsInKey Value="{value(live.body, "InKey", "true")}"/>'
    wrapper = '<AutomationEnvelopesListWrapper LomId="0"/>' if build >= WRAPPED else ""
    parts = [
        _TOP,
        in_key + words if newer else "",
        wrapper,
        "<Notes><KeyTracks/><PerNoteEventStore><EventLists/></PerNoteEventStore>",
        _CHANCE if version >= 12 else "",
        '<NoteIdGenerator><NextId Value="1"/></NoteIdGenerator></Notes>',
        _VIEW,
        "" if newer else words + in_key,
        _spelling(live, version),
        _BOTTOM,
    ]
    return ElementTree.fromstring("".join(parts))


def _spelling(live: SetFile, version: int) -> str:
    """As the set has it; what Live 11's set calls accidentals, its clips call notes."""
    accidental = value(live.body, "AccidentalSpellingPreference", "3")
    flat = f'<PreferFlatRootNote Value="{value(live.body, "PreferFlatRootNote", "false")}"/>'
    if version < 12:
        return f'<NoteSpellingPreference Value="{accidental}"/>{flat}'
    notes = value(live.body, "NoteSpellingPreference", "0")
    return (
        f'<NoteSpellingPreference Value="{notes}"/>'
        f'<AccidentalSpellingPreference Value="{accidental}"/>{flat}'
    )
