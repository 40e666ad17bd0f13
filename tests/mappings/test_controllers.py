"""A map says what each knob moves; its mistakes are named with file, key and what is allowed."""

from pathlib import Path

import pytest

from engine.controls.control import Kind
from engine.controls.table import table
from engine.errors import MappingError
from engine.score.notes import GROUPS
from mappings.bindings import Binding, Message, MidiSource, Mode, Sends
from mappings.controller_map import Map
from mappings.controllers import load_controller, load_maps
from mappings.takeover import Takeover
from mappings.yaml_files import built_in_files
from tests.styles import CONTROLS

TABLE = table(("boom_bap", "funk", "jazz"))
TAKEN_ELSEWHERE = {0, 6, 7, 10, 32, 38, 64, *range(96, 102), *range(120, 128)}
OURS = list(built_in_files("controllers"))


def generic() -> Map:
    return load_controller("generic", TABLE)


def read(folder: Path, text: str) -> Map:
    path = folder / "mine.yaml"
    path.write_text("name: x\n" + text, encoding="utf-8")
    return load_controller(path, TABLE)


LEARNED = {  # newer than the map, which has no room for them
    "meter",
    "part",
    *(f"{knob}_{g}" for knob in ("swing", "humanize", "dynamics", "solo") for g in GROUPS),
}


def test_every_control_but_newer_ones_has_one_cc_on_the_generic_map_and_no_cc_has_two() -> None:
    ccs = [one for one in generic().bindings if one.source.kind is Message.CC]
    assert sorted(one.control.name for one in ccs) == sorted(TABLE.keys() - LEARNED)
    assert len({one.source.number for one in ccs}) == len(ccs)


def test_no_cc_of_the_generic_map_is_one_that_other_devices_listen_to() -> None:
    numbers = {one.source.number for one in generic().bindings if one.source.kind is Message.CC}
    assert not numbers & TAKEN_ELSEWHERE


@pytest.mark.parametrize("name", OURS)
def test_the_maps_that_come_along_fit_the_table(name: str) -> None:
    assert load_controller(name, CONTROLS).bindings


@pytest.mark.parametrize(
    ("port", "name"),
    [
        ("nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ CTRL 20:0", "nanoKONTROL2"),
        ("nanoKONTROL2 SLIDER/KNOB", "nanoKONTROL2"),
        ("a2j:Launch Control XL [24] (capture): Launch Control XL MIDI 1", "Launch Control XL"),
        ("MPK mini 3", "MPK mini 3"),
        ("MPKmini2 MIDI 1", "MPK mini"),
        ("MIDI Mix 1", "MIDImix"),
        ("Midi Fighter Twister", "MIDI Fighter Twister"),
        ("Akai APC40", "APC40"),
        ("Ableton Push 2 User Port", "Push"),
    ],
)
def test_a_controller_is_known_by_the_name_of_its_port(port: str, name: str) -> None:
    found = load_maps(TABLE).of(port)
    assert found is not None and found.name == name


@pytest.mark.parametrize("port", ["MidiDrumiGen In", "Ableton Push 2 Live Port", "IAC Bus 1", ""])
def test_a_port_that_no_map_names_is_no_controller(port: str) -> None:
    assert load_maps(TABLE).of(port) is None


def test_the_map_chosen_in_the_config_goes_before_the_one_known_by_name() -> None:
    maps = load_maps(TABLE, chosen={"nano": "lpd8"})
    found = maps.of("nanoKONTROL2")
    assert found is not None and found.name == "LPD8"
    assert "nano" in maps.ports[0] and "nano" not in maps.ports[1]  # an LPD8 shows nothing


def test_the_users_own_map_goes_before_ours_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "lpd8.yaml").write_text("name: my LPD8\nextends: lpd8\ncc: {1: push}\n", "utf-8")
    found = load_maps(TABLE, folder=tmp_path).of("LPD8")
    assert found is not None and found.name == "my LPD8"
    by_code = {one.source.number: one.control.name for one in found.bindings}
    assert by_code[1] == "push" and by_code[2] == "density"


def test_without_auto_only_chosen_maps_are_known() -> None:
    assert load_maps(TABLE, auto=False).of("nanoKONTROL2") is None


def test_a_map_that_extends_another_takes_its_controls_along(tmp_path: Path) -> None:
    moved = read(tmp_path, "extends: launch_control_xl\ncc: {77@9: density}\n")
    places = {one.control.name: one.source.number for one in moved.bindings}
    assert places["density"] == 77
    assert len(places) == len(moved.bindings)
    assert (moved.channel, moved.takeover, moved.feedback) == (9, Takeover.PICKUP, "buttons")
    assert moved.lights == (12, 60)


def test_every_kind_of_entry_is_read(tmp_path: Path) -> None:
    one = read(
        tmp_path,
        """
ports: [thing]
channel: 3
buttons: toggle
takeover: scale
feedback: all
lights: {dark: 1, lit: 2}
cc:
  7: density
  7@4: {control: swing, mode: signed_bit}
  8: mute_kick
  9: {control: loop, mode: momentary}
  10: {control: time, mode: toggle}
  11: {control: time, value: half}
cc14: {1: push}
notes: {60: fill, 61: phrase, 62: {control: style, value: jazz}}
pads:
  - {first: 70, channel: 10, controls: [undo, ~, new_idea]}
programs: {5: funk}
""",
    )
    known = {
        (entry.source.place, entry.control.name, entry.mode, entry.value) for entry in one.bindings
    }
    assert known == {
        ("cc.7@3", "density", Mode.ABSOLUTE, None),
        ("cc.7@4", "swing", Mode.SIGNED_BIT, None),
        ("cc.8@3", "mute_kick", Mode.TOGGLE, None),
        ("cc.9@3", "loop", Mode.MOMENTARY, None),
        ("cc.10@3", "time", Mode.TOGGLE, None),
        ("cc.11@3", "time", Mode.MOMENTARY, "half"),
        ("cc14.1@3", "push", Mode.ABSOLUTE, None),
        ("notes.60@3", "fill", Mode.MOMENTARY, None),
        ("notes.61@3", "phrase", Mode.TOGGLE, None),
        ("notes.62@3", "style", Mode.MOMENTARY, "jazz"),
        ("notes.70@10", "undo", Mode.MOMENTARY, None),
        ("notes.72@10", "new_idea", Mode.MOMENTARY, None),
        ("programs.5@3", "style", Mode.MOMENTARY, "funk"),
    }
    assert (one.ports, one.takeover, one.feedback, one.lights) == (
        ("thing",),
        Takeover.SCALE,
        "all",
        (1, 2),
    )


def test_what_a_pedal_sends_and_how_a_finger_is_felt_are_read(tmp_path: Path) -> None:
    text = "channel: 2\ncc: {1: {control: fill, sends: presses}, 2: {control: swing, touch: 104}}"
    fill, swing = read(tmp_path, text).bindings
    assert (fill.sends, fill.touch) == (Sends.PRESSES, None)
    assert (swing.sends, swing.touch) == (None, MidiSource(Message.NOTE, 104, 2))


def test_off_is_a_choice_though_yaml_takes_it_for_false(tmp_path: Path) -> None:
    one = read(tmp_path, "notes: {60: {control: fill_every, value: off}}")
    assert one.bindings[0].value == "off"


def test_a_binding_pushes_out_what_it_clashes_with() -> None:
    before = generic()
    swing = next(one for one in before.bindings if one.control.name == "swing")
    new = Binding(MidiSource(Message.CC, swing.source.number, 5), TABLE["density"])
    after, gone = before.bound(new)
    assert {one.control.name for one in gone} == {"density", "swing"}
    assert new in after.bindings and len(after.bindings) == len(before.bindings) - 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cc: {120: swing}\n", "cc: 120 is not a whole number from 0 to 119"),
        ("cc: {a: swing}\n", "cc: 'a' is not a whole number from 0 to 119"),
        ("cc: {7@17: swing}\n", "cc: '7@17' is not a whole number .* with a channel 1..16"),
        ("cc: {true: swing}\n", "cc: True is not a whole number"),
        ("cc14: {32: swing}\n", "cc14: 32 is not a whole number from 0 to 31"),
        ("notes: {128: fill}\n", "notes: 128 is not a whole number from 0 to 127"),
        (
            "cc: {1: swign}\n",
            r"cc\.1: 'swign' is not one of the .* `drumigen controls` lists; did you mean swing\?",
        ),
        ("cc: {1: [swing]}\n", r"cc\.1: \['swing'\] is not one of the"),
        ("cc: {1: {control: swign}}\n", r"cc\.1\.control: 'swign' is not one of the"),
        ("cc: {1: {mode: toggle}}\n", r"cc\.1\.control: is missing"),
        ("cc: {1: {control: swing, mode: toggle}}\n", r"cc\.1\.mode: 'toggle' is not one of abs"),
        ("cc: {1: {control: swing, colour: 3}}\n", r"cc\.1\.colour: 3 is not at a known key"),
        ("cc: {1: {control: swing, value: 99}}\n", r"cc\.1\.value: 99 is not a number from 50"),
        ("cc: {1: {control: fill, value: 1}}\n", r"cc\.1\.value: 1 is not needed: a trigger"),
        ("cc: {1: {control: fill, sends: no}}\n", r"cc\.1\.sends: False is not one of presses, ch"),
        (
            "cc: {1: {control: swing, sends: presses}}\n",
            r"'presses' is not of use but at a trigger",
        ),
        ("cc: {1: {control: swing, touch: 128}}\n", r"cc\.1\.touch: 128 is not a whole number"),
        ("cc: {1: {control: loop, touch: 8}}\n", r"cc\.1\.touch: 8 is not of use but at a knob"),
        ("notes: {8: fill}\ncc14: {1: {control: push, touch: 8}}\n", "cc14.1 has this message"),
        ("cc: [swing]\n", r"cc: \['swing'\] is not a mapping of CC numbers"),
        ("ports: [x]\n", "the file: .* is not complete: one of cc, cc14, notes, pads, programs"),
        ("cc: {1: swing, 1: push}\n", "'1' stands twice"),
        ("cc: {1: swing, 2: swing}\n", r"cc\.2: 'swing' is not possible: cc\.1 has this control"),
        ("cc: {1: swing, 1@2: push}\n", r"cc\.1@2: 'push' is not possible: cc\.1 has this mess"),
        ("cc: {33: push}\ncc14: {1: swing}\n", r"cc14\.1: 'swing' is not possible: cc\.33 has"),
        ("notes: {60: swing}\n", r"notes\.60: 'swing' is not a trigger, a switch or one with"),
        ("pads: [{first: 126, controls: [fill, undo, loop]}]\n", "is not a list .*up to note 127"),
        ("pads: [{first: 36, controls: [swign]}]\n", r"pads\[1\]\.controls\[1\]: 'swign' is not"),
        ("programs: {1: polka}\n", r"programs\.1\.value: 'polka' is not one of boom_bap"),
        ("programs: {128: funk}\n", "programs: 128 is not a whole number from 0 to 127"),
        ("programs: some\n", "programs: 'some' is not all, or a mapping"),
        ("channel: 17\ncc: {1: swing}\n", "channel: 17 is not a whole number from 1 to 16"),
        ("takeover: hard\ncc: {1: swing}\n", "takeover: 'hard' is not one of none, pickup, scale"),
        ("feedback: some\ncc: {1: swing}\n", "feedback: 'some' is not one of none, buttons, all"),
        ("lights: {lit: 128}\ncc: {1: swing}\n", "lights.lit: 128 is not a whole number"),
        ("ports: nano\ncc: {1: swing}\n", "ports: 'nano' is not a list of parts of port names"),
        ("extends: theremin\n", "extends: 'theremin' is not one of apc40"),
        ("extends: other.yaml\n", "extends: 'other.yaml' is not one of apc40"),
        (
            "knobs: {1: swing}\n",
            r"knobs: \{1: 'swing'\} is not at a known key; known are name, ports",
        ),
    ],
)
def test_a_mistake_names_file_key_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(MappingError, match=said) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'mine.yaml'}: ")


def test_triggers_are_in_no_mode_but_pressed() -> None:
    for one in generic().bindings:
        if one.control.kind is Kind.TRIGGER:
            assert one.mode is Mode.ABSOLUTE and one.value is None
