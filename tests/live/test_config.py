"""config.yaml: the one that came along loads, and a wrong one says what is wrong."""

from dataclasses import asdict, fields
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from engine.errors import ConfigError, UserError
from engine.score.notes import Voice
from live.config import Clips, Config, Controllers, Panel, Takes
from live.config_file import load_config
from live.drummer.weights_header import DRUMMER, trained_styles
from live.loaded_config import open_config
from model.composer.checkpoint import DEFAULT

SHIPPED = Path(__file__).parents[2] / "config.yaml"


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_file_says_the_defaults() -> None:
    assert load_config(SHIPPED) == Config()


def test_every_line_of_the_shipped_file_has_a_comment() -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    bare = [line for line in lines if line.strip() and "#" not in line and not line.endswith(":")]
    assert not bare


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, "")) == Config()


def test_every_key_reaches_its_field(tmp_path: Path) -> None:
    text = """
    {style: jazz, styles: [mine], seed: 7, clock: internal, bpm: 99, play: true, meter: 7/8,
     part_on: bar, kit: td11, controller: knobs.yaml,
     controllers: {auto: false, ports: {nano: lpd8}, takeover: scale, folder: maps},
     midi: {virtual: false, inputs: [a], outputs: [b]},
     link: {enabled: false, quantum: 6, start_stop: false, propose_tempo: true},
     osc: {host: 0.0.0.0, port: 9100, allow: [192.168.1.0/24], peers: ["10.0.0.7:9001"],
           announce: false}, timing: {lookahead: 3, commit: 50, clock_timeout: 4},
     drummer: {weights: w.safetensors, device: cpu, threads: 2}, controls: {density: 0.1},
     snapshots: {a: {style: jazz, swing: 58}, h: {}}, snapshot_file: mine.yaml,
     takes: {enabled: false, folder: t, days: 9, megabytes: 5},
     clips: {folder: c, files: [straight, alc], midi_type: 1, early: wrap, template: s.als,
             live: {enabled: false, track: MD, new_scene: false, host: 10.0.0.9, port: 1,
                    reply_port: 2}},
         panel: {enabled: false, host: "::1", port: 1, token: a_token_of_mine}}
    """
    config = load_config(written(tmp_path, text))
    same = [f.name for f in fields(Config) if getattr(config, f.name) == getattr(Config(), f.name)]
    assert not same
    assert config.takes == Takes(False, "t", 9.0, 5.0)
    assert config.panel == Panel(False, "::1", 1, "a_token_of_mine")
    clips = asdict(config.clips)
    assert [name for name, value in asdict(Clips()).items() if clips[name] == value] == []
    assert config.commit == 0.05
    assert config.osc_allow == (IPv4Network("192.168.1.0/24"),)
    assert config.osc_peers == (("10.0.0.7", 9001),)
    assert config.controllers == Controllers(False, {"nano": "lpd8"}, "scale", "maps")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tempo: 100", r"mine.yaml: tempo: 100 is not at a known key; known are style"),
        ("meter: 11/8", r"mine.yaml: meter: '11/8' is not one of 3/4, 4/4"),
        ("bpm: fast", r"mine.yaml: bpm: 'fast' is not a number from 20 to 300"),
        ("seed: -1", r"mine.yaml: seed: -1 is not a whole number"),
        ("midi: {virtual: 1}", r"mine.yaml: midi.virtual: 1 is not true or false"),
        ("midi: {outputs: loop}", r"midi.outputs: 'loop' is not a list of port names"),
        ("osc: {port: 70000}", r"osc.port: 70000 is not a whole number from 0 to 65535"),
        ("link: {quantum: 0.5}", r"link.quantum: 0.5 is not a number from 1 to 16"),
        ("osc: {allow: [phone]}", r"osc.allow: \['phone'\] is not a list of IPv4 addresses or net"),
        ("osc: {allow: 10.0.0.7}", r"osc.allow: '10.0.0.7' is not a list of IPv4 addresses"),
        (
            "osc: {peers: [10.0.0.7]}",
            r"osc.peers: \['10.0.0.7'\] is not a list of IPv4 addresses w",
        ),
        ("osc: {peers: ['phone:9001']}", r"osc.peers: \['phone:9001'\] is not a list of IPv4"),
        ("osc: {peers: ['10.0.0.7:0']}", r"osc.peers: \['10.0.0.7:0'\] is not a list of IPv4"),
        ("osc: {announce: 1}", r"osc.announce: 1 is not true or false"),
        ("takes: {days: 0}", r"takes.days: 0 is not a number from 1 to 36500"),
        ("clips: {files: mid}", r"clips.files: 'mid' is not a list of mid, straight, voices, alc"),
        ("clips: {files: [wav]}", r"clips.files: 'wav' is not one of mid, straight, voices, alc"),
        ("clips: {midi_type: 2}", r"clips.midi_type: 2 is not a whole number from 0 to 1"),
        ("clips: {early: never}", r"clips.early: 'never' is not one of start, wrap"),
        ("clips: {live: {port: 0}}", r"clips.live.port: 0 is not a whole number from 1 to 65535"),
        ("timing: {commit: 5}", r"timing.commit: 5 is not a number from 20 to 200"),
        ("controllers: {auto: 1}", r"controllers.auto: 1 is not true or false"),
        (
            "controllers: {ports: [nano]}",
            r"controllers.ports: .* is not a mapping",
        ),
        ("controllers: {ports: {nano: 2}}", r"controllers.ports: .* is not a mapping of parts"),
        (
            "controllers: {takeover: 1}",
            r"controllers.takeover: 1 is not one of none, pickup",
        ),
        ("controllers: {folder: ''}", r"controllers.folder: '' is not a text"),
        ("controls: 3", r"controls: 3 is not a mapping"),
        ("controls: {density: [1]}", r"controls.density: \[1\] is not a number or a name"),
        (
            "snapshots: {i: {density: 1}}",
            r"snapshots.i: .* is not at a known key; known are a, b",
        ),
        ("snapshot_file: [a]", r"snapshot_file: \['a'\] is not a text"),
        ("snapshots: {a: 1}", r"snapshots.a: 1 is not a mapping of controls to values"),
        ("style: [", r"mine.yaml: not YAML"),
    ],
)
def test_a_mistake_names_file_key_value_and_what_is_allowed(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason):
        load_config(written(tmp_path, text))


@pytest.mark.long
@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (Config(style="polka"), "style: 'polka' is not one of the .* that `drumigen styles` lists"),
        (Config(kit="tabla"), "tabla"),
        (Config(controller="theremin"), "theremin"),
        (Config(controllers=Controllers(ports={"nano": "theremin"})), "theremin"),
        (Config(styles=("nowhere",)), "nowhere"),
        (Config(controls={"loudness": 1}), "loudness: no such control"),
        (Config(controls={"density": 2}), "density: 2 is not a number from 0 to 1"),
        (
            Config(snapshots={"a": {"tempo": 99}}),
            "snapshots.a.tempo: 'tempo' is not a control that a",
        ),
        (
            Config(snapshots={"a": {"style": "polka"}}),
            "style: 'polka' is not one of the .* that `drumigen styles` lists",
        ),
    ],
)
def test_what_the_files_lack_is_said_before_the_performance(config: Config, reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        open_config(config)


@pytest.mark.long
def test_a_style_is_found_however_its_name_is_written() -> None:
    setup = open_config(Config(style="J-Dilla", bpm=91.0)).setup
    assert setup.controls == {"style": "j_dilla", "tempo": 91.0}


@pytest.mark.long
def test_snapshots_of_the_file_are_there_to_be_recalled() -> None:
    setup = open_config(Config(snapshots={"b": {"style": "J Dilla", "density": 0.25}})).setup
    assert setup.snapshots == {"b": {"style": "j_dilla", "density": 0.25}}


@pytest.mark.long
def test_of_a_mixture_what_the_drummer_has_learned_is_kept(tmp_path: Path) -> None:
    funk = (SHIPPED.parent / "mappings/styles/funk.yaml").read_text("utf-8")
    own = funk.replace("name: funk", "name: polka").replace(
        "{funk: 1.0}", "{polka: 0.75, funk: 0.25}"
    )
    (tmp_path / "polka.yaml").write_text(own, encoding="utf-8")
    config = Config(style="polka", styles=(str(tmp_path),))
    assert open_config(config).setup.styles["polka"].mixture == {"funk": 0.25}


@pytest.mark.long
def test_with_weights_that_cannot_be_read_the_mixtures_stay(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"nothing")
    config = Config(style="jazz", weights=str(tmp_path / "w.safetensors"))
    assert open_config(config).setup.styles["jazz"].mixture == {"jazz": 1.0}
    assert trained_styles(tmp_path / "none") is None


def test_the_weights_that_came_along_are_read() -> None:
    assert DRUMMER == DEFAULT
    assert {"funk", "house"} <= (trained_styles() or set())


def test_a_kit_by_any_of_its_names_brings_its_articulations() -> None:
    setup = open_config(Config(kit="AD2")).setup
    assert setup.articulations == {"rimshot": 37, "hat_edge": 50, "half_open": 54}
    assert (setup.notes[Voice.CLAP], setup.choked) == (37, frozenset())
