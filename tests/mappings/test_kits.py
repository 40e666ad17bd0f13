"""Every kit has a note for every voice."""

import pickle
from pathlib import Path

import pytest

from engine.errors import MappingError
from engine.score.notes import Voice
from mappings.kits import load_kit
from mappings.yaml_fields import built_in_files

KITS = ("gm", "drumrack", "td11")


def written(folder: Path, **changes: object) -> Path:
    notes = {voice.value: 40 + number for number, voice in enumerate(Voice)} | changes
    lines = [f"  {voice}: {note}" for voice, note in notes.items() if note is not None]
    path = folder / "kit.yaml"
    path.write_text("name: Mine\nnotes:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_every_kit_is_tested_here() -> None:
    assert list(built_in_files("kits")) == sorted(KITS)


@pytest.mark.parametrize("name", KITS)
def test_every_voice_has_a_note(name: str) -> None:
    kit = load_kit(name)
    assert set(kit.notes) == set(Voice)
    assert all(0 <= note <= 127 for note in kit.notes.values())
    assert 1 <= kit.channel <= 16
    assert kit.gate == 100
    assert pickle.loads(pickle.dumps(kit)) == kit


def test_config_yaml_names_every_kit() -> None:
    text = (Path(__file__).parents[2] / "config.yaml").read_text(encoding="utf-8")
    (line,) = (line for line in text.splitlines() if line.startswith("kit:"))
    assert not [name for name in KITS if f" {name}," not in line]


def test_general_midi_tells_all_voices_apart() -> None:
    assert len(set(load_kit("gm").notes.values())) == len(Voice)


def test_every_voice_is_on_one_of_the_sixteen_pads_of_a_drum_rack() -> None:
    assert all(36 <= note <= 51 for note in load_kit("drumrack").notes.values())


def test_the_td11_plays_the_notes_of_the_groove_dataset() -> None:
    notes = load_kit("td11").notes
    recorded = {
        Voice.KICK: 36,
        Voice.SNARE: 38,
        Voice.SIDE_STICK: 37,
        Voice.HIGH_TOM: 48,
        Voice.MID_TOM: 45,
        Voice.LOW_TOM: 43,
        Voice.CLOSED_HAT: 42,
        Voice.OPEN_HAT: 46,
        Voice.PEDAL_HAT: 44,
        Voice.CRASH: 49,
        Voice.RIDE: 51,
        Voice.RIDE_BELL: 53,
    }
    assert {voice: notes[voice] for voice in recorded} == recorded


def test_a_name_may_be_written_as_people_write_it() -> None:
    assert load_kit("TD-11") == load_kit("td11")
    assert load_kit("Drum Rack") == load_kit("drumrack")


def test_a_kit_of_the_user_is_loaded_by_its_path(tmp_path: Path) -> None:
    kit = load_kit(str(written(tmp_path)))
    assert (kit.name, kit.channel, kit.gate) == ("Mine", 10, 100)
    assert kit.notes[Voice.KICK] == 40


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clap": None}, r"notes\.clap: is missing; it must be a whole number from 0 to 127"),
        ({"clap": 128}, r"notes\.clap: 128 is not a whole number from 0 to 127"),
        ({"clap": "C1"}, r"notes\.clap: 'C1' is not a whole number"),
        ({"cowbell": 56}, r"notes\.cowbell: 56 is not known; known are kick, snare"),
    ],
)
def test_a_mistake_names_file_key_and_what_is_allowed(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    path = written(tmp_path, **changes)
    with pytest.raises(MappingError, match=said) as caught:
        load_kit(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_channel_is_counted_from_one(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + "channel: 0\n", encoding="utf-8")
    with pytest.raises(MappingError, match="channel: 0 is not a whole number from 1 to 16"):
        load_kit(path)


def test_an_unknown_kit_is_answered_with_the_known_ones() -> None:
    with pytest.raises(MappingError, match=f"'808' is not one of {', '.join(sorted(KITS))} or"):
        load_kit("808")
