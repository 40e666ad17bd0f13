"""A set cut down to what an .alc is: one MIDI track, one scene, one slot, and nothing sounds.

So is an .alc that Live 12.2 itself saved: a whole set with one track, no returns, no sends, an
empty main track, default routings, and of the main track's automation the first tempo and the
first meter. The track's devices are left out too, so that a clip dropped on a track brings notes
and nothing else. Only what is there is taken away or set back; nothing is added, and the schema's
attributes are not touched.
"""

from __future__ import annotations

from collections import Counter
from xml.etree.ElementTree import Element

from live.ableton.als_clip import OLDEST, SLOT, blank_clip
from live.ableton.als_xml import SetFile, empty, ids, put, value

SEQUENCERS = ("MainSequencer", "FreezeSequencer")
MAIN = ("MainTrack", "MasterTrack")  # of Live 12, of Live 11
# Emptied wherever they are: other tracks, devices and the arrangement are what fills them.
EMPTY = (
    "SendsPre", "Locators/Locators", "DetailClipKeyMidis", "GroovePool/Grooves",
    "LinkedTrackGroups", "NoteAlgorithms", ".//SignalModulations", ".//Mixer/Sends",
    ".//DeviceChain/Devices", ".//TakeLanes/TakeLanes", ".//ArrangerAutomation/Events",
    "Tracks/MidiTrack/AutomationEnvelopes/Envelopes", "PreHearTrack/AutomationEnvelopes/Envelopes",
)  # fmt: skip
SET_BACK = {
    ".//TrackGroupId": "-1", ".//LinkedTrackGroupId": "-1", ".//SavedPlayingSlot": "-1",
    ".//Freeze": "false", ".//PostProcessFreezeClips": "0", ".//MemorizedFirstClipName": "",
    ".//Recorder/IsArmed": "false", ".//SoloSink": "false", ".//Speaker/Manual": "true",
    ".//SelectedDevice": "0", ".//SelectedEnvelope": "0", "HighlightedTrackIndex": "0",
    "GroovePool/DefaultGrooveId": "-1", "Transport/CurrentTime": "0", "Transport/LoopOn": "false",
    "Scenes/Scene/Name": "", "Scenes/Scene/Annotation": "", "Scenes/Scene/IsTempoEnabled": "false",
    "Scenes/Scene/IsTimeSignatureEnabled": "false",
    "Scenes/Scene/FollowAction/FollowActionEnabled": "false",
}  # fmt: skip
# Target and both display strings, as a new track has them; {} is Main of Live 12, Master of 11.
ROUTING = {
    "AudioInputRouting": ("AudioIn/External/S0", "Ext. In", "1/2"),
    "MidiInputRouting": ("MidiIn/External.All/-1", "Ext: All Ins", ""),
    "AudioOutputRouting": ("AudioOut/{}", "Master", ""),
    "MidiOutputRouting": ("MidiOut/None", "None", ""),
}


def prune(live: SetFile, name: str | None = None) -> str:
    """Cut the set down and leave an empty clip in its slot; the name of the track that is kept.

    `name`: of the track to keep, else the first MIDI track. ConfigError names what is missing.
    """
    version, _ = live.schema
    if version < OLDEST:
        live.fault(f"saved by {live.maker}; it takes Live {OLDEST} or later")
    track = _chosen(live, name)
    clip = blank_clip(live, track)
    _keep_first(live, track)
    for where in EMPTY:
        for element in live.body.iterfind(where):
            empty(element)
    for where, standing in SET_BACK.items():
        put(live.body, where, standing)
    _route(live, track)
    _settle(live.root)
    _first_tempo_and_meter(live)
    live.need(track, SLOT).append(clip)
    _number(live)
    return _title(track)


def _title(track: Element) -> str:
    return value(track, "Name/UserName") or value(track, "Name/EffectiveName")


def _chosen(live: SetFile, name: str | None) -> Element:
    tracks = live.need(live.body, "Tracks").findall("MidiTrack")
    if not tracks:
        live.fault("no MIDI track; make one in Live and save the set again")
    wanted = [track for track in tracks if name is None or name.casefold() in _names(track)]
    if not wanted:
        there = ", ".join(repr(_title(track)) for track in tracks)
        live.fault(f"no MIDI track is named {name!r}; there are {there}")
    return wanted[0]


def _names(track: Element) -> set[str]:
    """Live numbers a track that nobody named: 1-MIDI."""
    return {value(track, f"Name/{kind}").casefold() for kind in ("UserName", "EffectiveName")}


def _keep_first(live: SetFile, track: Element) -> None:
    """One track, one scene, one empty slot a list; other lists of slots are empty already."""
    tracks = live.need(live.body, "Tracks")
    tracks[:] = [track]
    live.need(live.body, "Scenes/Scene")
    for name in SEQUENCERS:
        live.need(track, f"DeviceChain/{name}/ClipSlotList/ClipSlot")
    live.need(track, SLOT)
    lists = [live.need(live.body, "Scenes"), *live.root.iter("ClipSlotList")]
    for listed in lists:
        del listed[1:]
        for first in listed:
            first.set("Id", "0")
            put(first, "HasStop", "true")
            for held in first.iterfind("ClipSlot/Value"):
                empty(held)
    for lanes in live.root.iterfind(".//AutomationLanes/AutomationLanes"):
        del lanes[1:]


def _route(live: SetFile, track: Element) -> None:
    """Where a new track is routed: other tracks are gone, and other people have other ports."""
    main = "Main" if live.body.find(MAIN[0]) is not None else "Master"
    for tag, (target, upper, lower) in ROUTING.items():
        put(track, f"DeviceChain/{tag}/Target", target.format(main))
        put(track, f"DeviceChain/{tag}/UpperDisplayString", upper)
        put(track, f"DeviceChain/{tag}/LowerDisplayString", lower)


def _settle(root: Element) -> None:
    """No controllers that move what is left, and no numbers for Max devices to find it by."""
    for element in root.iter():
        for mapping in element.findall("KeyMidi"):
            element.remove(mapping)
        if element.tag in ("LomId", "LomIdView"):
            element.set("Value", "0")
        elif "LomId" in element.attrib:
            element.set("LomId", "0")


def _first_tempo_and_meter(live: SetFile) -> None:
    """All else that the main track automates is gone, or set once and for all."""
    for name in MAIN:
        for main in live.body.iterfind(name):
            kept = {
                target.get("Id")
                for control in ("Tempo", "TimeSignature")
                for target in main.iterfind(f"DeviceChain/Mixer/{control}/AutomationTarget")
            }
            for envelopes in main.iterfind("AutomationEnvelopes/Envelopes"):
                envelopes[:] = [
                    one for one in envelopes if value(one, "EnvelopeTarget/PointeeId") in kept
                ]
                for events in envelopes.iterfind("AutomationEnvelope/Automation/Events"):
                    del events[1:]


def _number(live: SetFile) -> None:
    """NextPointeeId above every Id, as Live wants it; ConfigError where two share an Id."""
    following = live.need(live.body, "NextPointeeId")
    said = following.get("Value", "")
    if not said.isdecimal():
        live.fault(f'<NextPointeeId Value="{said}"> is no whole number')
    highest = max(ids(live.root), default=0)
    following.set("Value", str(max(int(said), highest + 1)))
    twice = [one for one, count in Counter(pointees(live.root)).items() if count > 1]
    if twice:
        live.fault(f'two elements have Id="{twice[0]}", as Live never saves it')


def pointees(root: Element) -> list[str]:
    """Ids of what automation can point at, one space in the whole set; others are their list's."""
    return [
        element.get("Id", "")
        for element in root.iter()
        if "Id" in element.attrib
        and (element.tag == "Pointee" or element.tag.split(".")[0].endswith(("Target", "Targets")))
    ]
