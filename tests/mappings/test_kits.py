"""Every kit has a note for every voice."""

import pickle
from pathlib import Path

import pytest

from engine.errors import MappingError
from engine.names import plain
from engine.score.articulations import ARTICULATIONS
from engine.score.notes import Voice
from mappings.kits import NEAREST, VOICES, kit_files, load_kit
from mappings.yaml_files import built_in_files

KITS = (
    "gm", "drumrack", "td11", "addictive_drums", "superior_drummer", "ezdrummer", "bfd3", "ssd5",
    "logic", "mpc", "tr8s", "alesis_nitro", "alesis_command", "yamaha_dtx",
)  # fmt: skip


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
    assert kit.sources
    assert pickle.loads(pickle.dumps(kit)) == kit


def test_config_yaml_names_every_kit() -> None:
    text = (Path(__file__).parents[2] / "config.yaml").read_text(encoding="utf-8")
    words = text.partition("\nkit:")[2].partition("\ncontroller:")[0]
    assert not [name for name in KITS if f" {name}," not in words]


def test_no_two_kits_have_a_name_in_common() -> None:
    called = [plain(word) for name in KITS for word in {name, *load_kit(name).aliases}]
    assert len(set(called)) == len(called)


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
    assert load_kit("AD2") == load_kit("addictive drums 2") == load_kit("addictive_drums")
    assert load_kit("SD3") == load_kit("superior_drummer")


def test_a_kit_of_the_user_is_loaded_by_its_path(tmp_path: Path) -> None:
    kit = load_kit(str(written(tmp_path)))
    assert (kit.name, kit.channel, kit.gate) == ("Mine", 10, 100)
    assert kit.notes[Voice.KICK] == 40


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clap": 128}, r"notes\.clap: 128 is not a whole number from 0 to 127"),
        ({"clap": "C1"}, r"notes\.clap: 'C1' is not a whole number"),
        ({"cowbell": 56}, r"notes\.cowbell: 56 is not at a known key; known are kick, snare"),
        ({"open_hats": 56}, r"notes\.open_hats: .*; did you mean open_hat\?"),
        (
            {"clap": 40},
            r"notes\.clap: 40 is not free, kick has it; leave clap out and what is near",
        ),
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


def test_an_unknown_kit_is_answered_with_the_command_that_lists_them_and_the_nearest() -> None:
    with pytest.raises(
        MappingError, match=f"'808' is not one of the {len(KITS)} that `drumigen kit list` lists or"
    ):
        load_kit("808")
    with pytest.raises(MappingError, match=r"did you mean superior_drummer\?"):
        load_kit("superior drumer")


# ---- what the instrument lacks, and what it has more than one sound of
def test_a_voice_that_is_left_out_is_played_by_the_nearest(tmp_path: Path) -> None:
    kit = load_kit(written(tmp_path, clap=None, ride_bell=None, open_hat=None, low_tom=None))
    assert kit.notes[Voice.CLAP] == kit.notes[Voice.SNARE]
    assert kit.notes[Voice.RIDE_BELL] == kit.notes[Voice.RIDE]
    assert kit.notes[Voice.OPEN_HAT] == kit.notes[Voice.CLOSED_HAT]
    assert kit.notes[Voice.LOW_TOM] == kit.notes[Voice.MID_TOM]
    assert kit.lacks[Voice.CLAP] == "snare"
    assert set(kit.lacks) == {Voice.CLAP, Voice.RIDE_BELL, Voice.OPEN_HAT, Voice.LOW_TOM}


@pytest.mark.parametrize("voice", VOICES)
def test_with_one_sound_every_voice_plays_it(tmp_path: Path, voice: str) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(f"name: One\nnotes: {{{voice}: 60}}\n", encoding="utf-8")
    assert set(load_kit(path).notes.values()) == {60}
    assert Voice(voice) not in load_kit(path).lacks


def test_what_is_nearest_names_every_voice_and_only_sounds() -> None:
    assert set(NEAREST) == set(VOICES)
    assert {name for near in NEAREST.values() for name in near} <= {*VOICES, *ARTICULATIONS}


def test_a_kit_without_any_note_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    path.write_text("name: None\nnotes: {}\narticulations: {rimshot: 40}\n", encoding="utf-8")
    with pytest.raises(MappingError, match="notes: none is there; a kit has a voice at least"):
        load_kit(path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "articulations: {rimshots: 90}",
            "rimshots: 90 is not at a known key; .* did you mean rimshot",
        ),
        ("articulations: {rimshot: 40}", "rimshot: 40 is not free, kick has it"),
        ("articulations: {rimshot: 128}", "rimshot: 128 is not a whole number from 0 to 127"),
        ("aliases: mine", "aliases: 'mine' is not a list of texts"),
        ("choke: often", "choke: 'often' is not true or false"),
        ("sources: [{mark: hearsay, text: me}]", "mark: 'hearsay' is not one of measured"),
        ("gates: 3", "gates: 3 is not at a known key; .* did you mean gate"),
    ],
)
def test_a_mistake_beside_the_notes_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(MappingError, match=said):
        load_kit(path)


def test_an_articulation_is_its_voice_when_it_is_read() -> None:
    voices = load_kit("td11").voices
    assert (voices[40], voices[22], voices[38]) == (Voice.SNARE, Voice.CLOSED_HAT, Voice.SNARE)


def test_only_the_hats_of_a_kit_that_says_so_choke(tmp_path: Path) -> None:
    assert load_kit("gm").choked == frozenset()
    path = written(tmp_path)
    more = "choke: true\narticulations: {hat_edge: 90, rimshot: 91}\n"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    kit = load_kit(path)
    hats = (Voice.CLOSED_HAT, Voice.PEDAL_HAT, Voice.OPEN_HAT)
    assert kit.choked == {90, *(kit.notes[voice] for voice in hats)}


# ---- the user's own
@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "kits"
    folder.mkdir()
    monkeypatch.setattr("mappings.kits.own_kits", lambda: folder)
    return folder


def test_a_kit_of_the_user_is_found_by_its_name_and_its_title(own: Path) -> None:
    written(own).rename(own / "my_pads.yaml")
    assert load_kit("My Pads").name == load_kit("mine").name == "Mine"
    assert list(kit_files())[-1] == "my_pads"


def test_a_kit_of_the_user_goes_before_the_built_in_one_of_its_name(own: Path) -> None:
    written(own).rename(own / "gm.yaml")
    assert load_kit("gm").name == "Mine"


def test_a_broken_kit_of_the_user_does_not_keep_others_from_being_found(own: Path) -> None:
    (own / "broken.yaml").write_text("notes: [", encoding="utf-8")
    assert load_kit("td11").name == "Roland TD-11"
    with pytest.raises(MappingError, match=r"broken\.yaml: not YAML"):
        load_kit("broken")
