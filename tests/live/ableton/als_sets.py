"""Small sets in the shapes of Live 11, 12.0, 12.2 and 12.4, with everything that must be cut off.

Written after the elements that sets saved by these versions have; only those that matter here.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

# An empty set that Live 12.0 saved, where it lies beside the checkout.
REAL = Path(__file__).parents[3].parent / "shared" / "data" / "ableton" / "live-12-default.als"
MINOR = {"11.0": "11.0_11300", "12.0": "12.0_12049", "12.2": "12.0_12203", "12.4": "12.0_12402"}
CREATOR = {
    "11.0": "Ableton Live 11.3.13", "12.0": "Ableton Live 12.0.5", "12.2": "Ableton Live 12.2.6",
    "12.4": "Ableton Live 12.4.5",
}  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """What a set holds: names of its MIDI tracks, how many scenes and returns, clips or none."""

    schema: str = "12.0"
    midi: tuple[str, ...] = ("Keys", "Drums")
    scenes: int = 3
    returns: int = 2
    clips: bool = False


def als(recipe: Recipe) -> bytes:
    """The file."""
    return als_of(Writer(recipe).root())


def als_of(root: Element) -> bytes:
    """The file of a tree of elements."""
    return zipped(b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root))


def zipped(xml: bytes) -> bytes:
    """The same at every second, so that tests are called alike in each of pytest's workers."""
    return gzip.compress(xml, mtime=0)


def saved(folder: Path, recipe: Recipe, name: str = "My Set.als") -> Path:
    """The file in a folder."""
    path = folder / name
    path.write_bytes(als(recipe))
    return path


class Writer:
    """Writes one set, numbering targets as it goes."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.ids = count(8)
        self.main = "Master" if recipe.schema == "11.0" else "Main"

    def root(self) -> Element:
        """The whole set."""
        r = self.recipe
        tracks = self.group(20) + "".join(
            self.track("MidiTrack", number, name) for number, name in enumerate(r.midi, 21)
        )
        tracks += self.track("AudioTrack", 40, "Voice")
        tracks += "".join(self.returned(50 + number) for number in range(r.returns))
        body = (
            f"<Tracks>{tracks}</Tracks>{self.main_track()}"
            f"<PreHearTrack>{self.common('Main')}"
            f"<DeviceChain>{self.mixer()}</DeviceChain></PreHearTrack>"
            f"<SendsPre>{self.each('SendPreBool', r.returns)}</SendsPre>"
            f"<Scenes>{''.join(self.scene(number) for number in range(r.scenes))}</Scenes>"
            '<Transport><LoopOn Value="true"/><CurrentTime Value="17"/></Transport>'
            f'<SignalModulations/>{self.scale()}<InKey Value="true"/>'
            '<Locators><Locators><Locator Id="1"><Time Value="8"/></Locator></Locators></Locators>'
            '<DetailClipKeyMidis/><HighlightedTrackIndex Value="2"/>'
            '<GroovePool><LomId Value="0"/><Grooves>'
            f'<Groove Id="1">{self.held()}</Groove></Grooves></GroovePool>'
            '<LinkedTrackGroups><LinkedTrackGroup Id="4"/></LinkedTrackGroups>'
            f"{self.spelling()}"
        )
        head = f'<NextPointeeId Value="{next(self.ids)}"/><LomId Value="0"/><LomIdView Value="0"/>'
        return ElementTree.fromstring(
            f'<Ableton MajorVersion="5" MinorVersion="{MINOR[r.schema]}" SchemaChangeCount="3"'
            f' Creator="{CREATOR[r.schema]}" Revision="54fb">'
            f"<LiveSet>{head}{body}</LiveSet></Ableton>"
        )

    def scale(self) -> str:
        if self.recipe.schema in ("11.0", "12.0"):
            return '<ScaleInformation><RootNote Value="2"/><Name Value="Minor"/></ScaleInformation>'
        return '<ScaleInformation><Root Value="2"/><Name Value="1"/></ScaleInformation>'

    def spelling(self) -> str:
        notes = "" if self.recipe.schema == "11.0" else '<NoteSpellingPreference Value="0"/>'
        return (
            f'{notes}<AccidentalSpellingPreference Value="3"/><PreferFlatRootNote Value="false"/>'
        )

    def each(self, tag: str, number: int) -> str:
        return "".join(f'<{tag} Id="{n}" Value="false"/>' for n in range(number))

    def target(self, tag: str = "AutomationTarget") -> str:
        return f'<{tag} Id="{next(self.ids)}"><LockEnvelope Value="0"/></{tag}>'

    def common(self, name: str, group: int = -1) -> str:
        return (
            '<LomId Value="7"/><LomIdView Value="0"/>'
            f'<Name><EffectiveName Value="{name}"/><UserName Value=""/>'
            '<MemorizedFirstClipName Value="old"/></Name><Color Value="9"/>'
            "<AutomationEnvelopes><Envelopes/></AutomationEnvelopes>"
            f'<TrackGroupId Value="{group}"/><DevicesListWrapper LomId="3"/>'
            "<TakeLanes><TakeLanes/></TakeLanes>"
            f'<LinkedTrackGroupId Value="{4 if group >= 0 else -1}"/>'
        )

    def mixer(self, more: str = "", returns: int | None = None) -> str:
        sends = "".join(
            f'<TrackSendHolder Id="{n}"><Send>{self.target()}</Send></TrackSendHolder>'
            for n in range(self.recipe.returns if returns is None else returns)
        )
        return (
            f'<Mixer><LomId Value="0"/><On><Manual Value="true"/>{self.target()}'
            '<KeyMidi><NoteOrController Value="7"/></KeyMidi></On>'
            f'<Pointee Id="{next(self.ids)}"/><Sends>{sends}</Sends>'
            f'<Speaker><Manual Value="false"/>{self.target()}</Speaker><SoloSink Value="true"/>'
            f"<Volume>{self.target()}{self.target('ModulationTarget')}</Volume>{more}</Mixer>"
        )

    def slots(self, held: dict[int, str]) -> str:
        return "".join(
            f'<ClipSlot Id="{n}"><LomId Value="0"/>'
            f"<ClipSlot><Value>{held.get(n, '')}</Value></ClipSlot>"
            '<HasStop Value="false"/><NeedRefreeze Value="true"/></ClipSlot>'
            for n in range(self.recipe.scenes)
        )

    def routing(self) -> str:
        return "".join(
            f'<{tag}><Target Value="{to}"/><UpperDisplayString Value="x"/>'
            f'<LowerDisplayString Value="y"/></{tag}>'
            for tag, to in (
                ("AudioInputRouting", "AudioIn/Track.40/PostFxOut"),
                ("MidiInputRouting", "MidiIn/External.Dev:My Keys/-1"),
                ("AudioOutputRouting", "AudioOut/GroupTrack"),
                ("MidiOutputRouting", "MidiOut/None"),
            )
        )

    def track(self, tag: str, number: int, name: str) -> str:
        midi = tag == "MidiTrack"
        clip = self.clip(number - 21) if midi and self.recipe.clips else ""
        arranged = clip if midi else '<AudioClip Id="5" Time="8"/>'
        inner = "ClipTimeable" if midi else "Sample"
        sequencer = (
            f"<On>{self.target()}</On><ClipSlotList>{self.slots({1: clip})}</ClipSlotList>"
            f"<{inner}><ArrangerAutomation><Events>{arranged}</Events></ArrangerAutomation></{inner}>"
            '<Recorder><IsArmed Value="true"/></Recorder>'
        )
        if midi:
            targets = "".join(self.target(f"ControllerTargets.{n}") for n in range(3))
            sequencer += f"<MidiControllers>{targets}</MidiControllers>"
        slots = self.slots({0: '<AudioClip Id="0" Time="0"/>'})
        frozen = (
            f"<On>{self.target()}</On><ClipSlotList>{slots}</ClipSlotList>"
            f"{self.target('VolumeModulationTarget')}"
        )
        common = self.common(f"{number - 20}-{name}", group=20)
        return (
            f'<{tag} Id="{number}">{common}'
            '<SavedPlayingSlot Value="2"/><Freeze Value="true"/><PostProcessFreezeClips Value="1"/>'
            f"<DeviceChain>{self.lanes()}{self.routing()}{self.mixer()}"
            f"<MainSequencer>{sequencer}</MainSequencer><FreezeSequencer>{frozen}</FreezeSequencer>"
            f"{self.devices()}</DeviceChain></{tag}>"
        )

    def lanes(self) -> str:
        lane = '<SelectedDevice Value="4"/><SelectedEnvelope Value="2"/>'
        return (
            f'<AutomationLanes><AutomationLanes><AutomationLane Id="0">{lane}</AutomationLane>'
            f'<AutomationLane Id="1">{lane}</AutomationLane></AutomationLanes></AutomationLanes>'
        )

    def devices(self) -> str:
        return (
            f'<DeviceChain><Devices><Operator Id="2"><Pointee Id="{next(self.ids)}"/>'
            f"<On>{self.target()}</On></Operator></Devices><SignalModulations/></DeviceChain>"
        )

    def group(self, number: int) -> str:
        return (
            f'<GroupTrack Id="{number}">{self.common("Band")}'
            '<Slots><GroupTrackSlot Id="0"/></Slots>'
            f"<DeviceChain>{self.mixer()}{self.devices()}</DeviceChain></GroupTrack>"
        )

    def returned(self, number: int) -> str:
        return (
            f'<ReturnTrack Id="{number}">{self.common("A-Reverb")}<DeviceChain>{self.mixer()}'
            "<FreezeSequencer><ClipSlotList/></FreezeSequencer>"
            f"{self.devices()}</DeviceChain></ReturnTrack>"
        )

    def main_track(self) -> str:
        tempo, meter, volume = next(self.ids), next(self.ids), next(self.ids)
        controls = "".join(
            f'<{tag}><Manual Value="{at}"/><AutomationTarget Id="{number}"/></{tag}>'
            for tag, at, number in (
                ("Tempo", 120, tempo), ("TimeSignature", 201, meter), ("CrossFade", 0, volume),
            )
        )  # fmt: skip
        envelopes = "".join(
            f'<AutomationEnvelope Id="{n}"><EnvelopeTarget><PointeeId Value="{number}"/>'
            f'</EnvelopeTarget><Automation><Events><FloatEvent Id="0" Time="-63072000" Value="1"/>'
            '<FloatEvent Id="1" Time="64" Value="2"/></Events></Automation></AutomationEnvelope>'
            for n, number in enumerate((meter, tempo, volume))
        )
        common = self.common("Main").replace("<Envelopes/>", f"<Envelopes>{envelopes}</Envelopes>")
        # Live 12.4 keeps slots here too, as many as scenes
        slots = self.slots({}) if self.recipe.schema == "12.4" else ""
        tag = f"{self.main}Track"
        return (
            f"<{tag}>{common}<DeviceChain>{self.lanes()}{self.mixer(controls, returns=0)}"
            f'<FreezeSequencer><AudioSequencer Id="0"><ClipSlotList>{slots}</ClipSlotList>'
            f"</AudioSequencer></FreezeSequencer>{self.devices()}</DeviceChain></{tag}>"
        )

    def scene(self, number: int) -> str:
        return (
            f'<Scene Id="{number}"><FollowAction><FollowActionEnabled Value="true"/></FollowAction>'
            '<Name Value="Verse"/><Annotation Value=""/><Tempo Value="90"/>'
            '<IsTempoEnabled Value="true"/><IsTimeSignatureEnabled Value="true"/></Scene>'
        )

    def held(self) -> str:
        return f"<Clip><Value>{self.clip(9)}</Value></Clip>" if self.recipe.clips else "<Clip/>"

    def clip(self, number: int) -> str:
        """A clip of the user's, with settings, envelopes and notes that must not come along."""
        schema = self.recipe.schema
        in_key = '<IsInKey Value="true"/>'
        new = schema in ("12.2", "12.4")
        chance = (
            "<NoteProbabilityGroups/><ProbabilityGroupIdGenerator>"
            '<NextId Value="1"/></ProbabilityGroupIdGenerator>'
        )
        wrapper = '<AutomationEnvelopesListWrapper LomId="0"/>'
        parts = [
            f'<MidiClip Id="{number}" Time="16">{_HEAD}',
            in_key + self.scale() if new else "",
            wrapper if schema == "12.4" else "",
            f'<Notes>{_LANE}<PerNoteEventStore><EventLists><PerNoteEventList Id="0"/></EventLists>',
            "</PerNoteEventStore>",
            "" if schema == "11.0" else chance,
            '<NoteIdGenerator><NextId Value="9"/></NoteIdGenerator></Notes>',
            _TAIL,
            "" if new else self.scale() + in_key,
            '<NoteSpellingPreference Value="0"/>',
            "" if schema == "11.0" else '<AccidentalSpellingPreference Value="3"/>',
            '<PreferFlatRootNote Value="false"/>',
            f"<ExpressionGrid>{_GRID}</ExpressionGrid></MidiClip>",
        ]
        return "".join(parts)


_GRID = (
    '<FixedNumerator Value="1"/><FixedDenominator Value="16"/><GridIntervalPixel Value="20"/>'
    '<Ntoles Value="2"/><SnapToGrid Value="false"/><Fixed Value="false"/>'
)
_HEAD = (
    '<LomId Value="3"/><LomIdView Value="0"/><CurrentStart Value="16"/><CurrentEnd Value="32"/>'
    '<Loop><LoopStart Value="4"/><LoopEnd Value="8"/><StartRelative Value="1"/>'
    '<LoopOn Value="false"/><OutMarker Value="16"/><HiddenLoopStart Value="0"/>'
    '<HiddenLoopEnd Value="4"/></Loop><Name Value="My riff"/><Annotation Value="note"/>'
    '<Color Value="3"/><LaunchMode Value="2"/><LaunchQuantisation Value="5"/>'
    '<TimeSignature><TimeSignatures><RemoteableTimeSignature Id="3"><Numerator Value="3"/>'
    '<Denominator Value="4"/><Time Value="0"/></RemoteableTimeSignature></TimeSignatures>'
    '</TimeSignature><Envelopes><Envelopes><ClipEnvelope Id="0"><EnvelopeTarget>'
    '<PointeeId Value="8"/></EnvelopeTarget></ClipEnvelope></Envelopes></Envelopes>'
    '<ScrollerTimePreserver><LeftTime Value="2"/><RightTime Value="8"/></ScrollerTimePreserver>'
    '<TimeSelection><AnchorTime Value="1"/><OtherTime Value="2"/></TimeSelection>'
    '<Legato Value="true"/><Ram Value="true"/><GrooveSettings><GrooveId Value="1"/>'
    '</GrooveSettings><Disabled Value="true"/><VelocityAmount Value=".5"/>'
    '<FollowAction><FollowActionEnabled Value="true"/></FollowAction>'
    f'<Grid>{_GRID}</Grid><FreezeStart Value="1"/><FreezeEnd Value="2"/><IsWarped Value="true"/>'
    '<TakeId Value="7"/>'
)
_LANE = (
    '<KeyTracks><KeyTrack Id="31"><Notes><MidiNoteEvent Time="2" Duration="0.25" Velocity="100"'
    ' OffVelocity="64" NoteId="8"/></Notes><MidiKey Value="60"/></KeyTrack></KeyTracks>'
)
_TAIL = (
    '<BankSelectCoarse Value="4"/><BankSelectFine Value="4"/><ProgramChange Value="4"/>'
    '<NoteEditorFoldInZoom Value="-1"/><NoteEditorFoldInScroll Value="0"/>'
    '<NoteEditorFoldOutZoom Value="128"/><NoteEditorFoldOutScroll Value="-67"/>'
    '<NoteEditorFoldScaleZoom Value="-1"/><NoteEditorFoldScaleScroll Value="0"/>'
)
