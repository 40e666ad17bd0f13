"""The rules for a clip's file, by which ours are judged, notice what would break it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from engine.takes.clip import Clip, ClipNote
from live.ableton.alc import alc, take_template
from tests.live.ableton.als_rules import broken
from tests.live.ableton.als_sets import Recipe, als_of, saved

CLIP = Clip("funk", "funk", 1, ((0, 96.0),), (ClipNote(0.0, 36, 100), ClipNote(480.0, 38, 90)))
SLOT = ".//MainSequencer/ClipSlotList/ClipSlot/ClipSlot/Value/MidiClip"


def made(folder: Path) -> tuple[Element, bytes]:
    """A set's root and a clip's file made from it."""
    source = saved(folder, Recipe())
    take_template(source, folder / "mine.als")
    root = ElementTree.fromstring(gzip.decompress(source.read_bytes()))
    return root, alc(folder / "mine.als", CLIP)


def there(root: Element, where: str) -> Element:
    found = root.find(where)
    assert found is not None, where
    return found


def spoil(where: str, **attributes: str) -> Callable[[Element], None]:
    return lambda root: there(root, where).attrib.update(attributes)


def twice(where: str) -> Callable[[Element], None]:
    return lambda root: there(root, f"{where}/..").append(there(root, where))


def without(where: str) -> Callable[[Element], None]:
    return lambda root: there(root, f"{where}/..").remove(there(root, where))


NOTE = f"{SLOT}/Notes/KeyTracks/KeyTrack/Notes/MidiNoteEvent"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (spoil(".", MinorVersion="12.0.2"), "not those of the set"),
        (twice("LiveSet/Tracks/MidiTrack"), "not one MIDI track"),
        (twice("LiveSet/Scenes/Scene"), "not one scene"),
        (without(".//FreezeSequencer/ClipSlotList/ClipSlot"), "FreezeSequencer: slots"),
        (twice(".//MainSequencer/ClipSlotList/ClipSlot"), "MainSequencer: slots"),
        (spoil("LiveSet/NextPointeeId", Value="9"), "NextPointeeId"),
        (twice(".//Mixer/Pointee"), "share an Id"),
        (spoil(".//EnvelopeTarget/PointeeId", Value="4711"), "target that is not there"),
        (spoil(".//AudioOutputRouting/Target", Value="AudioOut/GroupTrack"), "a routing is"),
        (spoil(".//TrackGroupId", Value="20"), "in a group"),
        (spoil("LiveSet/InKey", Extra="1"), "not of the set's schema"),
        (twice(f"{SLOT}/Name"), "not the children of the schema"),
        (spoil(f"{SLOT}/Loop/LoopEnd", Value="7"), "the loop is not the clip"),
        (spoil(f"{SLOT}/GrooveSettings/GrooveId", Value="1"), "groove"),
        (spoil(NOTE, NoteId="2"), "NoteIds"),
        (spoil(NOTE, Time="4"), "inside the clip"),
        (spoil(NOTE, Velocity="0"), "out of its range"),
        (spoil(NOTE, Pressure="0"), "attributes"),
        (without(f"{SLOT}/Notes/KeyTracks/KeyTrack/MidiKey"), "notes and then their key"),
    ],
)
def test_what_is_broken_is_noticed(
    tmp_path: Path, change: Callable[[Element], None], rule: str
) -> None:
    source, data = made(tmp_path)
    root = ElementTree.fromstring(gzip.decompress(data))
    change(root)
    found = broken(als_of(root), source)
    assert any(rule in one for one in found), found


@pytest.mark.parametrize("place", [3, 4])
def test_a_gzip_header_that_lives_browser_passes_over_is_noticed(
    tmp_path: Path, place: int
) -> None:
    source, data = made(tmp_path)
    assert broken(data, source) == []
    spoiled = bytearray(data)
    spoiled[place] = 1  # FLG 1 says that it is text, which readers may believe or not
    assert "FLG and MTIME" in broken(bytes(spoiled), source)[0]
    assert broken(gzip.decompress(data), source) == ["not gzip"]
