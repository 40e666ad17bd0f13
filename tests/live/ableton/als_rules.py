"""What Live asks of a clip's file (as the .alc and .als files show that Live itself saved).

`broken` says which rules some bytes break, in words; none, as far as we know them, when Live
would open them.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

OLD_SCALE = {"ScaleInformation": ["RootNote", "Name"]}
NEW_SCALE = {"ScaleInformation": ["Root", "Name"]}
GRID = ["FixedNumerator", "FixedDenominator", "GridIntervalPixel", "Ntoles", "SnapToGrid", "Fixed"]
TOP = [
    "LomId", "LomIdView", "CurrentStart", "CurrentEnd", "Loop", "Name", "Annotation", "Color",
    "LaunchMode", "LaunchQuantisation", "TimeSignature", "Envelopes", "ScrollerTimePreserver",
    "TimeSelection", "Legato", "Ram", "GrooveSettings", "Disabled", "VelocityAmount",
    "FollowAction", "Grid", "FreezeStart", "FreezeEnd", "IsWarped", "TakeId",
]  # fmt: skip
VIEW = [
    "BankSelectCoarse", "BankSelectFine", "ProgramChange", "NoteEditorFoldInZoom",
    "NoteEditorFoldInScroll", "NoteEditorFoldOutZoom", "NoteEditorFoldOutScroll",
    "NoteEditorFoldScaleZoom", "NoteEditorFoldScaleScroll",
]  # fmt: skip
# The clip's children in their order, by schema: Live 11, 12.0, 12.2, 12.4.
CHILDREN = {
    "11.0": [*TOP, "Notes", *VIEW, "ScaleInformation", "IsInKey", "NoteSpellingPreference",
             "PreferFlatRootNote", "ExpressionGrid"],
    "12.0": [*TOP, "Notes", *VIEW, "ScaleInformation", "IsInKey", "NoteSpellingPreference",
             "AccidentalSpellingPreference", "PreferFlatRootNote", "ExpressionGrid"],
    "12.2": [*TOP, "IsInKey", "ScaleInformation", "Notes", *VIEW, "NoteSpellingPreference",
             "AccidentalSpellingPreference", "PreferFlatRootNote", "ExpressionGrid"],
    "12.4": [*TOP, "IsInKey", "ScaleInformation", "AutomationEnvelopesListWrapper", "Notes", *VIEW,
             "NoteSpellingPreference", "AccidentalSpellingPreference", "PreferFlatRootNote",
             "ExpressionGrid"],
}  # fmt: skip
NOTES = ["KeyTracks", "PerNoteEventStore", "NoteIdGenerator"]
NOTES_12 = [*NOTES[:2], "NoteProbabilityGroups", "ProbabilityGroupIdGenerator", NOTES[2]]
NOTE = [
    "Time", "Duration", "Velocity", "VelocityDeviation", "OffVelocity", "Probability",
    "IsEnabled", "NoteId",
]  # fmt: skip
SLOT = "DeviceChain/MainSequencer/ClipSlotList/ClipSlot/ClipSlot/Value"
ENDS = ("CurrentEnd", "Loop/LoopEnd", "Loop/OutMarker", "Loop/HiddenLoopEnd")
COUNT_PER_RETURN = (".//Mixer/Sends", "SendsPre")


def schema_of(minor: str) -> str:
    """The row of CHILDREN that a MinorVersion is of."""
    if minor.startswith("11."):
        return "11.0"
    build = int(minor.partition("_")[2])
    return "12.4" if build >= 12400 else "12.2" if build >= 12200 else "12.0"


def broken(data: bytes, source: Element) -> list[str]:
    """The rules that a clip's file breaks, made from a set whose root is `source`."""
    if data[:2] != b"\x1f\x8b":
        return ["not gzip"]
    out = []
    if data[3] != 0 or data[4:8] != bytes(4):
        out.append("FLG and MTIME of the gzip header are not 0")
    xml = gzip.decompress(data)
    if not xml.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Ableton '):
        out.append("does not begin as Live's XML does")
    root = ElementTree.fromstring(xml)
    if root.attrib != source.attrib:
        return [*out, "the schema's attributes are not those of the set"]
    for rule in (_shape, _ids, _references, _known, _clip, _notes):
        out += rule(root, source)
    return out


def _shape(root: Element, _source: Element) -> Iterator[str]:
    body = root[0]
    tracks, scenes = list(body.find("Tracks") or ()), list(body.find("Scenes") or ())
    if [track.tag for track in tracks] != ["MidiTrack"]:
        yield "not one MIDI track"
    if len(scenes) != 1:
        yield "not one scene"
    for track in tracks:
        for name in ("MainSequencer", "FreezeSequencer"):
            if len(track.findall(f"DeviceChain/{name}/ClipSlotList/ClipSlot")) != len(scenes):
                yield f"{name}: slots are not as many as scenes"
    if any(len(slots) not in (0, len(scenes)) for slots in root.iter("ClipSlotList")):
        yield "a list of slots is not as long as the scenes"
    returns = sum(track.tag == "ReturnTrack" for track in tracks)
    if any(len(held) != returns for way in COUNT_PER_RETURN for held in body.iterfind(way)):
        yield "sends are not as many as return tracks"
    if len(list(root.iter("MidiClip"))) != 1 or root.find(f".//{SLOT}/MidiClip") is None:
        yield "not one clip, in the slot"
    if root.find(".//DeviceChain/Devices/*") is not None or root.find(".//AudioClip") is not None:
        yield "something is left that could sound"


def _ids(root: Element, _source: Element) -> Iterator[str]:
    targets = [one.get("Id") for one in root.iter() if _pointee(one)]
    if len(set(targets)) != len(targets):
        yield "two of what can be pointed at share an Id"
    numbers = [int(one.get("Id", "0")) for one in root.iter() if "Id" in one.attrib]
    if int(_value(root, "LiveSet/NextPointeeId") or 0) <= max(numbers):
        yield "NextPointeeId is not above every Id"
    for parent in root.iter():
        listed = Counter((child.tag, child.get("Id")) for child in parent if "Id" in child.attrib)
        if any(count > 1 for count in listed.values()):
            yield f"two in <{parent.tag}> share an Id"
        tags = {tag for tag, _ in listed}
        if any(child.tag in tags and "Id" not in child.attrib for child in parent):
            yield f"one in <{parent.tag}> has no Id"


def _pointee(element: Element) -> bool:
    name = element.tag.split(".")[0]
    return "Id" in element.attrib and (name == "Pointee" or name.endswith(("Target", "Targets")))


def _references(root: Element, _source: Element) -> Iterator[str]:
    targets = {one.get("Id") for one in root.iter() if _pointee(one)}
    if any(one.get("Value") not in targets for one in root.iter("PointeeId")):
        yield "an envelope is of a target that is not there"
    tracks = {track.get("Id") for track in root.iterfind("LiveSet/Tracks/*")}
    for target in root.iter("Target"):
        words = target.get("Value", "")
        other = re.search(r"Track\.(\d+)", words)
        if "GroupTrack" in words or (other and other[1] not in tracks):
            yield "a routing is to a track that is not there"
    for group in root.iter("TrackGroupId"):
        if group.get("Value") != "-1":
            yield "a track is in a group that is not there"


def _known(root: Element, source: Element) -> Iterator[str]:
    """Outside the clip nothing may stand that did not stand so in the set."""
    there = set(_places(source))
    for parent, tag, names in _places(root):
        if (parent, tag, names) not in there:
            yield f"<{tag}> in <{parent}> is not of the set's schema"


def _places(root: Element) -> Iterator[tuple[str, str, frozenset[str]]]:
    for child in root:
        if child.tag != "MidiClip":
            yield root.tag, child.tag, frozenset(child.attrib)
            yield from _places(child)


def _clip(root: Element, source: Element) -> Iterator[str]:
    schema = schema_of(root.get("MinorVersion", ""))
    scale = OLD_SCALE if schema in ("11.0", "12.0") else NEW_SCALE
    inside = {
        ".": CHILDREN[schema],
        "Notes": NOTES if schema == "11.0" else NOTES_12,
        "ScaleInformation": scale["ScaleInformation"],
        "Grid": GRID,
        "ExpressionGrid": GRID,
        "TimeSignature/TimeSignatures": ["RemoteableTimeSignature"],
        "TimeSignature/TimeSignatures/RemoteableTimeSignature": [
            "Numerator",
            "Denominator",
            "Time",
        ],
        "Envelopes/Envelopes": [],
        "Notes/PerNoteEventStore/EventLists": [],
    }
    own = list(source.iter("MidiClip"))
    for clip in root.iter("MidiClip"):
        if own:  # Live's own clip is the better rule
            inside["."] = [child.tag for child in own[0]]
        for where, tags in inside.items():
            if [child.tag for child in clip.find(where) or ()] != tags:
                yield f"MidiClip/{where} has not the children of the schema"
        if _value(clip, "GrooveSettings/GrooveId") != "-1":
            yield "the clip has a groove that is not there"
        if len({_value(clip, end) for end in ENDS}) != 1:
            yield "the loop is not the clip"


def _notes(root: Element, _source: Element) -> Iterator[str]:
    for clip in root.iter("MidiClip"):
        end = float(_value(clip, "Loop/LoopEnd"))
        numbers = [int(note.get("NoteId", "")) for note in clip.iter("MidiNoteEvent")]
        following = int(_value(clip, "Notes/NoteIdGenerator/NextId"))
        if len(set(numbers)) != len(numbers) or following != max(numbers, default=0) + 1:
            yield "NoteIds are not each their own, and NextId the one after"
        lanes = list(clip.iterfind("Notes/KeyTracks/KeyTrack"))
        if any([child.tag for child in lane] != ["Notes", "MidiKey"] for lane in lanes):
            yield "a lane is not notes and then their key"
            return
        keys = [int(_value(lane, "MidiKey")) for lane in lanes]
        if keys != sorted(set(keys)) or any(not 0 <= key <= 127 for key in keys):
            yield "lanes are not one a key, from the lowest up"
        for lane in lanes:
            times = [float(note.get("Time", "")) for note in lane.iter("MidiNoteEvent")]
            if times != sorted(times) or not times or times[0] < 0 or times[-1] >= end:
                yield "a lane's notes are not in order inside the clip"
        for note in clip.iter("MidiNoteEvent"):
            if list(note.attrib) != NOTE or "e" in note.get("Time", "").lower():
                yield "a note has not a note's attributes"
            velocity, length = (float(note.get(what, "")) for what in ("Velocity", "Duration"))
            if not 1 <= velocity <= 127 or length <= 0:
                yield "a note's velocity or length is out of its range"


def _value(element: Element, where: str) -> str:
    found = element.find(where)
    return "" if found is None else found.get("Value", "")
