"""A template of any set makes clips that break no rule of Live's that we know."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConfigError, DeliveryError
from engine.score.grid import METERS
from engine.takes.clip import Clip, ClipNote
from live.ableton.alc import UNTRIED, AlcFolder, alc, default_template, take_template, write_alc
from live.config import Clips
from live.takes.destinations import destinations
from live.takes.folder import clip_folder
from tests.live.ableton.als_rules import broken
from tests.live.ableton.als_sets import MINOR, REAL, Recipe, als, saved, zipped

SLOT = ".//MainSequencer/ClipSlotList/ClipSlot/ClipSlot/Value/MidiClip"
NOTES = (
    ClipNote(0.0, 36, 100), ClipNote(0.0, 42, 70), ClipNote(485.25, 38, 127, 30.5),
    ClipNote(960.0, 42, 1), ClipNote(3839.0, 36, 64, 1.0),
)  # fmt: skip
CLIP = Clip("funk 2 bars 96 BPM", "funk", 2, ((0, 96.0),), NOTES)


def unpacked(path: Path) -> Element:
    return ElementTree.fromstring(gzip.decompress(path.read_bytes()))


def value(root: Element, where: str) -> str | None:
    found = root.find(where)
    assert found is not None, where
    return found.get("Value")


def read_back(root: Element) -> list[tuple[float, int, int, float]]:
    """The notes of the clip in the slot: beat, key, velocity, length in beats; by NoteId."""
    notes = [
        (int(one.attrib["NoteId"]), float(one.attrib["Time"]), int(value(lane, "MidiKey") or -1),
         int(one.attrib["Velocity"]), float(one.attrib["Duration"]))
        for lane in root.iterfind(f"{SLOT}/Notes/KeyTracks/KeyTrack")
        for one in lane.iterfind("Notes/MidiNoteEvent")
    ]  # fmt: skip
    return [note[1:] for note in sorted(notes)]


@pytest.mark.parametrize("clips", [False, True], ids=["without clips", "with clips"])
@pytest.mark.parametrize("schema", MINOR)
def test_a_clip_from_any_schema_breaks_no_rule(tmp_path: Path, schema: str, clips: bool) -> None:
    source = saved(tmp_path, Recipe(schema, clips=clips))
    before = source.read_bytes()
    words = take_template(source, tmp_path / "mine.als")
    write_alc(tmp_path / "mine.als", CLIP, tmp_path / "funk.alc")
    assert broken((tmp_path / "funk.alc").read_bytes(), unpacked(source)) == []
    assert source.read_bytes() == before
    assert "'1-Keys'" in words and MINOR[schema] in words and UNTRIED in words
    root = unpacked(tmp_path / "funk.alc")
    assert read_back(root) == [(n.beat, n.note, n.velocity, n.length / 480) for n in NOTES]
    assert value(root, f"{SLOT}/Name") == CLIP.name
    assert value(root, f"{SLOT}/Loop/LoopEnd") == "8"
    assert value(root, f"{SLOT}/Loop/LoopOn") == "true"


def test_nothing_of_the_users_clip_comes_along(tmp_path: Path) -> None:
    take_template(saved(tmp_path, Recipe(clips=True)), tmp_path / "mine.als")
    clip = unpacked(tmp_path / "mine.als").find(SLOT)
    assert clip is not None
    words = ElementTree.tostring(clip, encoding="unicode")
    assert "My riff" not in words and "PointeeId" not in words and "MidiNoteEvent" not in words
    for where, calm in (
        ("LaunchMode", "0"), ("Legato", "false"), ("Disabled", "false"), ("ProgramChange", "-1"),
        ("FollowAction/FollowActionEnabled", "false"), ("Loop/LoopStart", "0"), ("Color", "9"),
    ):  # fmt: skip
        assert value(clip, where) == calm
    assert (clip.get("Id"), clip.get("Time")) == ("0", "0")


def test_the_track_that_is_named_is_kept(tmp_path: Path) -> None:
    source = saved(tmp_path, Recipe(midi=("Keys", "Drums", "Bass")))
    assert "'2-Drums'" in take_template(source, tmp_path / "mine.als", "2-drums")
    tracks = unpacked(tmp_path / "mine.als").find("LiveSet/Tracks")
    assert tracks is not None and [track.get("Id") for track in tracks] == ["22"]
    with pytest.raises(ConfigError, match=r"named 'Horns'; there are '1-Keys', '2-Drums', '3-B"):
        take_template(source, tmp_path / "mine.als", "Horns")


def test_a_set_of_one_track_and_one_scene_is_taken_too(tmp_path: Path) -> None:
    source = saved(tmp_path, Recipe(midi=("Drums",), scenes=1, returns=0))
    take_template(source, tmp_path / "mine.als")
    assert broken(alc(tmp_path / "mine.als", CLIP), unpacked(source)) == []


def test_main_track_keeps_its_first_tempo_and_meter_alone(tmp_path: Path) -> None:
    take_template(saved(tmp_path, Recipe("11.0")), tmp_path / "mine.als")
    root = unpacked(tmp_path / "mine.als")
    envelopes = root.findall("LiveSet/MasterTrack/AutomationEnvelopes/Envelopes/*")
    assert [len(one.findall("Automation/Events/*")) for one in envelopes] == [1, 1]
    assert value(root, ".//MidiTrack/DeviceChain/AudioOutputRouting/Target") == "AudioOut/Master"


@pytest.mark.skipif(not REAL.is_file(), reason="no set that Live saved lies beside the checkout")
def test_the_set_that_live_saved_makes_a_clip(tmp_path: Path) -> None:
    take_template(REAL, tmp_path / "mine.als")
    data = alc(tmp_path / "mine.als", CLIP)
    assert broken(data, unpacked(REAL)) == []
    (tmp_path / "funk.alc").write_bytes(data)
    assert len(read_back(unpacked(tmp_path / "funk.alc"))) == len(NOTES)


meters = st.sampled_from(sorted(METERS.values(), key=str))


@st.composite
def drawn_clips(draw: st.DrawFn) -> Clip:
    meter, bars = draw(meters), draw(st.integers(1, 16))
    ticks = st.floats(0, bars * meter.bar_ticks, exclude_max=True)
    note = st.builds(
        ClipNote, ticks, st.integers(0, 127), st.integers(1, 127), st.floats(1e-6, 480)
    )
    notes = sorted(draw(st.lists(note, max_size=40)))
    return Clip(draw(st.text(max_size=20)), "any", bars, ((0, 90.0),), tuple(notes), meter)


@pytest.mark.long
@given(drawn_clips(), st.sampled_from(sorted(MINOR)), st.booleans())
@settings(deadline=None)
def test_any_clip_reads_back_as_it_was_written_and_breaks_no_rule(
    clip: Clip, schema: str, own: bool
) -> None:
    with TemporaryDirectory() as folder:
        source = saved(Path(folder), Recipe(schema, scenes=2, returns=1, clips=own))
        take_template(source, Path(folder) / "mine.als")
        write_alc(Path(folder) / "mine.als", clip, Path(folder) / "any.alc")
        root = unpacked(Path(folder) / "any.alc")
        assert broken((Path(folder) / "any.alc").read_bytes(), unpacked(source)) == []
    assert read_back(root) == [(n.beat, n.note, n.velocity, n.length / 480) for n in clip.notes]
    meter = f"{SLOT}/TimeSignature/TimeSignatures/RemoteableTimeSignature"
    assert value(root, f"{meter}/Numerator") == str(clip.meter.numerator)
    assert value(root, f"{meter}/Denominator") == str(clip.meter.denominator)
    assert float(value(root, f"{SLOT}/Loop/LoopEnd") or 0) == clip.beats


# ---- what cannot be used is said
def refused(path: Path, *, track: str | None = None) -> str:
    with pytest.raises(ConfigError) as error:
        take_template(path, path.with_name("mine.als"), track)
    assert not path.with_name("mine.als").exists()
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value)


def changed(folder: Path, old: str, new: str, **recipe: Any) -> Path:
    """A set with some of its words changed."""
    xml = gzip.decompress(als(Recipe(**recipe))).decode()
    assert old in xml
    (folder / "set.als").write_bytes(zipped(xml.replace(old, new).encode()))
    return folder / "set.als"


def test_a_set_without_a_midi_track_is_refused(tmp_path: Path) -> None:
    assert "no MIDI track" in refused(saved(tmp_path, Recipe(midi=())))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("12.0_12049", "10.0_377", "schema 10.0_377; it takes Live 11 or later"),
        ("12.0_12049", "12.0.5", 'MinorVersion="12.0.5" is of no Live that we know'),
        ("12.0_12049", "13.0_13000", "make an empty MIDI clip in the set"),
        ("ClipSlotList", "Slots", "no <DeviceChain/MainSequencer/ClipSlotList/ClipSlot> in <Midi"),
        ("FreezeSequencer", "Frozen", "no <DeviceChain/FreezeSequencer/ClipSlotList/ClipSlot>"),
        ("NextPointeeId", "Next", "no <NextPointeeId> in <LiveSet>"),
        ('<NextPointeeId Value="', '<NextPointeeId Value="-', "is no whole number"),
        ("Scenes>", "SceneNames>", "no <Scenes/Scene> in <LiveSet>"),
        ("ScaleInformation", "Scale", "no <ScaleInformation> in <LiveSet>"),
        ("LiveSet>", "LiveClip>", "no <LiveSet> in <Ableton>"),
        ("Tracks>", "Channels>", "no <Tracks> in <LiveSet>"),
    ],
)
def test_a_set_that_we_do_not_know_is_refused_by_the_element(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert words in refused(changed(tmp_path, old, new))


def test_a_newer_live_is_taken_where_it_has_a_clip_to_go_by(tmp_path: Path) -> None:
    path = changed(tmp_path, "12.0_12203", "13.0_13000", schema="12.2", clips=True)
    take_template(path, tmp_path / "mine.als")
    assert unpacked(tmp_path / "mine.als").get("MinorVersion") == "13.0_13000"


def test_a_clip_that_we_do_not_know_is_refused_by_the_element(tmp_path: Path) -> None:
    path = changed(tmp_path, "NoteIdGenerator", "NoteNumbers", clips=True)
    assert "no <Notes/NoteIdGenerator/NextId> in <MidiClip>" in refused(path)


def test_ids_that_live_never_saves_are_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, '<Pointee Id="', '<Pointee Id="8" Was="')
    assert 'two elements have Id="8"' in refused(path)


def test_next_pointee_id_comes_to_stand_above_every_id(tmp_path: Path) -> None:
    path = changed(tmp_path, '<Scene Id="0">', '<Scene Id="0"><Spare Id="99999"/>')
    take_template(path, tmp_path / "mine.als")
    assert value(unpacked(tmp_path / "mine.als"), "LiveSet/NextPointeeId") == "100000"


# ---- templates and folders
def test_a_template_of_a_template_is_the_same(tmp_path: Path) -> None:
    take_template(saved(tmp_path, Recipe("12.4", clips=True)), tmp_path / "mine.als")
    take_template(tmp_path / "mine.als", tmp_path / "again.als")
    assert (tmp_path / "again.als").read_bytes() == (tmp_path / "mine.als").read_bytes()


def test_only_a_template_is_replaced(tmp_path: Path) -> None:
    source = saved(tmp_path, Recipe())
    for other in (source, saved(tmp_path, Recipe(midi=("A",), scenes=1, clips=True), "other.als")):
        before = other.read_bytes()
        with pytest.raises(ConfigError, match="is there already, and not a template"):
            take_template(source, other)
        assert other.read_bytes() == before
    target = tmp_path / "a" / "mine.als"
    take_template(source, target)
    first = target.read_bytes()
    take_template(source, target, "2-Drums")
    assert target.read_bytes() != first
    take_template(source, target)
    assert target.read_bytes() == first  # the same bytes of the same set


def test_what_is_no_template_makes_no_clip(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.als: no template; take one from a set"):
        alc(tmp_path / "none.als", CLIP)
    with pytest.raises(ConfigError, match=r"My Set\.als: not a template but a whole set; take"):
        alc(saved(tmp_path, Recipe(clips=True)), CLIP)


def test_a_clip_never_replaces_a_file(tmp_path: Path) -> None:
    take_template(saved(tmp_path, Recipe()), tmp_path / "mine.als")
    (tmp_path / "funk.alc").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        write_alc(tmp_path / "mine.als", CLIP, tmp_path / "funk.alc")
    assert (tmp_path / "funk.alc").read_bytes() == b"mine"


def test_clips_are_delivered_one_beside_the_other(tmp_path: Path) -> None:
    take_template(saved(tmp_path, Recipe()), tmp_path / "mine.als")
    folder = AlcFolder(tmp_path / "clips", tmp_path / "mine.als", lambda: datetime(2026, 11, 21))
    words = [folder.deliver(CLIP), folder.deliver(CLIP)]
    names = sorted(path.name for path in (tmp_path / "clips").iterdir())
    assert names == [f"2026-11-21 {CLIP.name}{more}.alc" for more in (" (2)", "")]
    assert words[0] == f"{tmp_path / 'clips' / names[1]} ({UNTRIED})"


def test_a_performance_brings_them_where_the_settings_say(tmp_path: Path) -> None:
    take_template(saved(tmp_path, Recipe()), tmp_path / "mine.als")
    clips = Clips(
        str(tmp_path / "clips"), ("mid", "alc"), template=str(tmp_path / "mine.als"), live=False
    )
    for way in destinations(clips, {}):
        way.delivery.deliver(CLIP)
    assert {path.suffix for path in (tmp_path / "clips").iterdir()} == {".mid", ".alc"}
    assert destinations(Clips(files=("alc",), live=False), {})[0].delivery == AlcFolder(
        clip_folder(Clips()), default_template()
    )


def test_what_keeps_a_clip_from_its_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("a file")
    with pytest.raises(DeliveryError, match=r"no \.alc of funk .*: no template; take one"):
        AlcFolder(tmp_path / "clips", tmp_path / "mine.als").deliver(CLIP)
    take_template(saved(tmp_path, Recipe()), tmp_path / "mine.als")
    with pytest.raises(DeliveryError, match=r"clips.*: cannot be written \("):
        AlcFolder(tmp_path / "clips", tmp_path / "mine.als").deliver(CLIP)


def test_a_template_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(ConfigError, match=r"mine\.als: cannot be written \("):
        take_template(saved(tmp_path, Recipe()), tmp_path / "file" / "mine.als")
