"""Files given back to the drummer: continued and varied."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import mido
import pytest
import yaml

from drumigen.command_line import main
from engine.bars.request import Request
from engine.errors import ConfigError, DeliveryError, TakeError
from engine.playing.setup import Setup
from engine.score.grid import FOUR_FOUR, METERS, Meter
from engine.score.notes import Bar, Hit, Voice
from engine.takes.take import Begun, Left, Played
from live.config import Clips, Config, Takes
from live.loaded_config import open_config
from live.material.primer import Primer, fitted, primed, resumed, swing_of
from live.material.primer_sources import primer_of
from live.material.read_apart import read_apart
from live.takes.header import TakeHeader
from live.takes.writer import TakeWriter
from mappings.kits import load_kit
from model.midi_files.drum_file import MidiNote, read, write
from studio.writing.render import Rendering, render
from tests.clips import clip_with
from tests.live.ableton.stand_in import Server, SlotClip, StandIn, song
from tests.live.drumigen import Drumigen
from tests.model.midi_files.foreign import END, bar, bass, head, hit, name, track

FELT = [
    *[MidiNote(tick + tick // 240 % 3 * 4, 42, 60 + tick % 7, 60) for tick in range(0, 7680, 240)],
    *[MidiNote(tick + 9, 36, 100 - tick // 480, 60) for tick in range(0, 7680, 960)],
    *[MidiNote(tick + 14, 38, 110, 60) for tick in range(480, 7680, 960)],
    MidiNote(3480, 38, 30, 60),
]


@pytest.fixture
def beat(tmp_path: Path) -> Path:
    path = tmp_path / "beat.mid"
    path.write_bytes(write(clip_with(FELT, 97.3, bars=4)))
    return path


def again(path: Path, *, vary: bool = False, seed: int = 1, **controls: object) -> Rendering:
    """Four bars of rock after a file, or its variations, by a drummer who does not answer."""
    return render(setup_of(path, vary, seed, controls), 4, nobody)


def setup_of(path: Path, vary: bool, seed: int, controls: dict[str, object]) -> Setup:
    primer = primer_of(str(path), Config())
    config = Config(style="rock", seed=seed, controls=controls)  # type: ignore[arg-type]
    return primed(open_config(fitted(config, primer)).setup, primer, vary=vary)


def nobody(_request: Request) -> None:
    return None


def notes(data: bytes, path: Path) -> list[tuple[int, int, int]]:
    path.write_bytes(data)
    return [(note.tick, note.note, note.velocity) for note in read(path).notes]


@pytest.mark.stage
# ---- what is read
def test_a_file_is_read_with_its_bars_and_tempo(beat: Path) -> None:
    primer = primer_of(str(beat), Config())
    assert (len(primer.bars), primer.left_out, primer.meter) == (4, (), FOUR_FOUR)
    assert primer.bpm == pytest.approx(97.3, abs=0.001)
    assert all(bar.felt and bar.source == "played" for bar in primer.bars)
    chosen = ("drums: track 1 'x', channel 10, 49 notes (as chosen)",)
    assert read_apart(str(beat), Config(), "x", 10) == replace(primer, said=chosen)


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (clip_with([]), "holds no notes; the kit gm has"),
        (clip_with([MidiNote(0, 3, 9, 9)]), "holds only the notes 3; the kit gm has"),
        (clip_with(FELT, meter=Meter(9, 8)), r"meter 9/8; allowed is one of 3/4, 4/4, 5/4, 6/8, 7"),
        (b"words", "not a readable MIDI file"),
        (None, "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, held: object, reason: str) -> None:
    path = tmp_path / "a.mid"
    if held is not None:
        path.write_bytes(held if isinstance(held, bytes) else write(held))  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=rf"a\.mid: {reason}"):
        primer_of(str(path), Config())


def test_the_drums_of_a_file_are_taken_and_what_was_taken_is_said(tmp_path: Path) -> None:
    path = tmp_path / "band.mid"
    tracks = (name("Drums") + bar(0), name("Bass") + bass(1))
    path.write_bytes(head(1, 3) + b"".join(track(one + END) for one in tracks))
    primer = primer_of(str(path), Config())
    assert primer.said == (
        "drums: track 1 'Drums', channel 1, 12 notes (by the name)",
        "its head tells 3 tracks, but there are 2",
    )
    (only,) = primer.bars
    assert len(only.hits) == 12
    chosen = primer_of(str(path), Config(), track="Bass")
    assert [hit.voice for hit in chosen.bars[0].hits] == [
        *(Voice.KICK, Voice.LOW_TOM, Voice.SNARE),  # 41 is in no kit of ours
    ]


def test_a_piano_is_refused_with_what_is_there_and_chosen_with_what_is_wrong(
    tmp_path: Path,
) -> None:
    path = tmp_path / "piano.mid"
    keys = b"".join(hit(0, note, 0) for note in (60, 61, 64, 67))
    path.write_bytes(head() + track(name("Piano") + keys + END))
    with pytest.raises(ConfigError) as error:
        primer_of(str(path), Config())
    assert str(error.value) == (
        f"{path}: none of it is drums without a doubt; choose by --track NAME or NUMBER, or"
        " --channel 1..16: track 1 'Piano', channel 1, 4 notes"
    )
    with pytest.raises(ConfigError) as error:
        primer_of(str(path), Config(), track="Piano")
    assert str(error.value) == (
        f"{path}: holds only the notes 60-61, 64, 67;"
        " the kit gm has 22, 26, 36-40, 42-53, 55, 57-59, 70"
    )


def test_a_file_of_several_meters_is_refused(tmp_path: Path) -> None:
    file = mido.MidiFile()
    track = mido.MidiTrack()
    for numerator in (4, 3):
        track.append(mido.MetaMessage("time_signature", numerator=numerator, time=1920))
    file.tracks.append(track)
    file.save(tmp_path / "a.mid")
    with pytest.raises(ConfigError, match="several meters; allowed is one of"):
        primer_of(str(tmp_path / "a.mid"), Config())


@pytest.mark.long
def test_a_take_is_material_too(beat: Path, tmp_path: Path) -> None:
    done = again(beat, variation=0.8)
    kit = {voice.value: note for voice, note in load_kit("gm").notes.items()}
    writer = TakeWriter(tmp_path, "take", TakeHeader("2026-11-21", kit=kit))
    first = done.taken[0]
    records = [r for bar in done.taken for r in (bar.begun, *bar.notes)]
    writer.write([*records, Left(3, 960.0, 8.0)])
    writer.close(ended=True)
    primer = primer_of(str(tmp_path / "take.jsonl"), Config())
    assert (len(primer.bars), primer.bpm) == (3, first.begun.bpm)
    assert [(h.tick, h.velocity) for h in primer.bars[0].hits] == [
        (h.tick, h.velocity) for h in done.bars[0].hits
    ]
    empty = TakeWriter(tmp_path, "empty", TakeHeader("2026-11-21"))
    empty.write([first.begun, Left(0, 960.0, 1.0)])
    empty.close(ended=True)
    with pytest.raises(TakeError, match=r"empty\.jsonl: no whole bar"):
        primer_of(str(tmp_path / "empty.jsonl"), Config())


def test_a_clip_of_the_open_set_is_material_too(beat: Path) -> None:
    notes = [(n.note, n.tick / 480, 0.1, float(n.velocity), False) for n in read(beat).notes]
    held = song(Drums=[None, SlotClip(16.0, "verse", notes)])
    held.selected, held.tempo = (0, 1), 97.3
    with Server(StandIn(held)) as server:
        clips = Clips(live_port=server.port, live_reply_port=server.reply_port)
        config = Config(clips=clips)
        found = [primer_of(source, config) for source in ("live:", "live:drums", "live:Drums/2")]
        with pytest.raises(DeliveryError, match="'Drums' has no clip in slot 7"):
            primer_of("live:Drums/7", config)
    file = primer_of(str(beat), Config())
    assert found == [found[0]] * 3
    assert found[0].bars == file.bars
    assert found[0].bpm == pytest.approx(97.3)


@pytest.mark.long
def test_a_take_and_a_clip_of_the_set_are_humanized_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = TakeWriter(tmp_path, "2026", TakeHeader("2026-11-21"))
    bars = (Begun(0, 0, 0.0, 120.0, "funk"), Played(0, 0.0, 0, 36, 90, 0.0, 120.0))
    writer.write([*bars, Begun(1, 1920, 2.0, 120.0, "funk"), Left(1, 0.0, 2.0)])
    writer.close()
    monkeypatch.chdir(tmp_path)
    assert main(["humanize", "2026.jsonl", "--style", "jazz"]) == 0
    assert capsys.readouterr().out.startswith("funk 1 bar 120 BPM_jazz.mid: 1 note at 120 BPM")
    held = song(Drums=[SlotClip(3.5, "a/b", [(36, 0.5, 0.1, 90.0, False)])])
    with Server(StandIn(held)) as server:
        page = {"live": {"port": server.port, "reply_port": server.reply_port}}
        Path("config.yaml").write_text(yaml.safe_dump({"clips": page}))
        assert main(["humanize", "live:Drums/1", "--style", "jazz", "-o", "x.mid"]) == 0
    assert read(Path("x.mid")).ticks == 1920
    Path("none.jsonl").write_text('{"take":1,"began":"","seed":0,"channel":1,"kit":{}}\n')
    assert main(["humanize", "none.jsonl", "--style", "jazz"]) == 2
    assert "none.jsonl: nothing was played in it" in capsys.readouterr().err


def test_a_performance_begins_where_a_take_ended(tmp_path: Path) -> None:
    controls = (("style", "jazz"), ("style_b", "funk"), ("density", 0.8), ("swing", 60.0),
                ("fill", 0.0), ("record", 1.0), ("tempo", 140.0), ("note_offset", 5.0))  # fmt: skip
    writer = TakeWriter(tmp_path, "2026", TakeHeader("2026-11-21", 77, kit={"kick": 36}))
    bars = [Begun(n, n * 1920, n * 2.0, 141.0, "jazz", controls=controls[: 8 - n]) for n in (0, 1)]
    kicks = [Played(n, 0.0, 0, 36, 90, n * 2.0, 141.0) for n in (0, 1)]
    writer.write([bars[0], kicks[0], bars[1], kicks[1]])
    writer.close()
    base = Config(takes=Takes(folder=str(tmp_path)), controls={"ghost": 0.3, "density": 0.1})
    config, reuse = resumed(base, "2026")
    assert (config.style, config.bpm, config.seed) == ("jazz", 141.0, 77)
    assert config.controls == {"ghost": 0.3, "style_b": "funk", "density": 0.8, "swing": 60.0}
    assert len(primer_of(reuse.name, config).bars) == 2
    writer = TakeWriter(tmp_path, "2027", TakeHeader("2026-11-21"))
    writer.write([Left(0, 0.0, 0.0)])
    writer.close()
    with pytest.raises(TakeError, match=r"2027\.jsonl: nothing was played in it"):
        resumed(base, "2027")


def test_a_take_from_before_jazz_showed_its_swing_swings_on(tmp_path: Path) -> None:
    for number, controls in enumerate(((), (("swing_kick", 0.0),))):
        writer = TakeWriter(tmp_path, f"202{number}", TakeHeader("2026-11-21", kit={"kick": 36}))
        stood = (("style", "jazz"), ("swing", 50.0), *controls)
        begun = Begun(0, 0, 0.0, 120.0, "jazz", controls=stood)
        writer.write([begun, Played(0, 0.0, 0, 36, 90, 0.0, 120.0), replace(begun, number=1)])
        writer.close()
    base = Config(takes=Takes(folder=str(tmp_path)))
    assert ["swing" in resumed(base, name)[0].controls for name in ("2020", "2021")] == [
        False,
        True,
    ]


@pytest.mark.long
def test_a_take_is_gone_on_from_by_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    test_a_performance_begins_where_a_take_ended(tmp_path)
    (tmp_path / "2027.jsonl").unlink()
    (tmp_path / "p.yaml").write_text(f"takes: {{folder: {tmp_path}}}")
    out = tmp_path / "out.mid"
    words = ["--config", str(tmp_path / "p.yaml"), "--bars", "2", "-o", str(out)]
    assert main(["render", "--from", "2026", *words, "--set", "density=0.4"]) == 0
    assert "2 bars at 141 BPM" in capsys.readouterr().out


# ---- where knobs start
def test_tempo_and_meter_are_the_files_unless_a_tempo_was_given() -> None:
    primer = Primer((), 86.00005, METERS["7/8"])
    config = fitted(Config(), primer)
    assert (config.bpm, config.meter) == (86.0, "7/8")
    assert fitted(Config(bpm=90), primer).bpm == 90
    assert fitted(Config(), replace(primer, bpm=900.0)).bpm == 300


@pytest.mark.long
def test_knobs_start_where_the_material_stands_unless_they_were_set() -> None:
    setup = open_config(Config(style="rock", controls={"density": 0.9})).setup
    knobs = {"density": 0.2, "complexity": 0.3, "intensity": 0.4, "ghosts": 0.1}
    found = primed(setup, Primer((), 100), vary=True, knobs=knobs).controls
    assert found == {
        **{"style": "rock", "density": 0.9, "complexity": 0.3, "intensity": 0.4},
        **{"ghost": 0.2, "swing": 50, "fill_every": "off"},
    }
    assert next(iter(found)) == "style"  # which brings a swing along


@pytest.mark.long
@pytest.mark.parametrize(
    ("late", "swing"), [(0, 50.0), (5, 54.0), (10, 54.0), (36, 65.0), (90, 75.0), (-40, 50.0)]
)
def test_swing_is_the_files_where_it_is_not_about_the_styles(late: int, swing: float) -> None:
    style = open_config(Config()).setup.styles["house"]  # 54 % of a pair of sixteenths
    hits = [
        Hit(tick, Voice.CLOSED_HAT, 80, late * (tick % 240 > 0)) for tick in range(0, 1920, 120)
    ]
    assert swing_of((Bar.of(hits),), style) == swing
    assert swing_of((Bar.of(hits[:1]),), style) == 54.0


@pytest.mark.long
# ---- what is played
@pytest.mark.parametrize("style", ["rock", "house"])
def test_a_variation_of_nothing_is_the_file(beat: Path, tmp_path: Path, style: str) -> None:
    wanted = sorted((n.note, n.tick, n.velocity) for n in FELT)
    setup = setup_of(beat, True, 1, {"variation": 0, "style": style})
    done = render(setup, 4, nobody)
    found = sorted((n, tick, v) for tick, n, v in notes(done.data, tmp_path / "b.mid"))
    assert [(n, v) for n, _, v in found] == [(n, v) for n, _, v in wanted]
    assert max(abs(one[1] - two[1]) for one, two in zip(found, wanted, strict=True)) <= 1


@pytest.mark.long
def test_a_file_on_the_grid_is_varied_on_the_grid(tmp_path: Path) -> None:
    grid = [note._replace(tick=round(note.tick / 120) * 120) for note in FELT]
    path = tmp_path / "grid.mid"
    path.write_bytes(write(clip_with(grid, bars=4)))
    done = again(path, vary=True, variation=0.7)
    found = notes(done.data, path)
    assert all(tick % 120 == 0 for tick, _, _ in found)
    assert found != [(n.tick, n.note, n.velocity) for n in sorted(grid)]


@pytest.mark.long
def test_variations_keep_the_backbone(beat: Path) -> None:
    backbone = {(480, Voice.SNARE), (1440, Voice.SNARE), (0, Voice.KICK), (960, Voice.KICK)}
    for one in again(beat, vary=True, variation=1.0).bars:
        strong = {(h.tick, h.voice) for h in one.hits if h.velocity >= 50 and h.tick % 480 == 0}
        assert {key for key in strong if key[1] in (Voice.SNARE, Voice.KICK)} == backbone


@pytest.mark.long
def test_without_variation_the_theme_of_the_file_goes_on(beat: Path) -> None:
    theme = primer_of(str(beat), Config()).bars[:2]
    bars = again(beat, variation=0).bars
    assert [bar.hits for bar in bars] == [bar.hits for bar in theme * 2]


@pytest.mark.long
@pytest.mark.parametrize("vary", [False, True])
def test_the_same_seed_writes_the_same_bytes(beat: Path, vary: bool) -> None:
    first, same, other = (again(beat, vary=vary, seed=n, variation=0.9).data for n in (1, 1, 2))
    assert first == same != other


@pytest.mark.long
@pytest.mark.parametrize(
    ("option", "made"),
    [
        ("--continue", r"\d by the trained drummer, \d as given"),
        ("--vary", "by the trained drummer"),
    ],
)
def test_a_file_is_continued_and_varied_from_the_command_line(
    beat: Path, capsys: pytest.CaptureFixture[str], option: str, made: str
) -> None:
    strange = beat.with_name("strange.mid")
    strange.write_bytes(write(clip_with([*FELT, MidiNote(0, 3, 50, 9)], 97.3, bars=4)))
    out = beat.with_name("out.mid")
    arguments = ["--style", "rock", "--bars", "4", "-o", str(out), "--set", "variation=0.6"]
    assert main(["render", option, str(strange), *arguments]) == 0
    said = capsys.readouterr().out
    assert "strange.mid: drums: track 1 'x', channel 10, " in said
    assert "strange.mid: left out, as no voice of the kit gm has it: 3\n" in said
    assert re.search(f"4 bars at 97.3 BPM: {made}\n", said)
    assert read(out).ticks == 7680


@pytest.mark.long
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_the_file_gone_on_from_is_never_written(
    beat: Path, capsys: pytest.CaptureFixture[str], force: list[str]
) -> None:
    before = beat.read_bytes()
    for option in ("--continue", "--vary"):
        words = ["render", option, str(beat), "--weights", "none", "-o", str(beat)]
        assert main([*words, *force]) == 2
        assert "beat.mid: cannot be written (it is what is read)" in capsys.readouterr().err
    assert beat.read_bytes() == before


def test_only_one_of_the_two_at_a_time(beat: Path) -> None:
    with pytest.raises(SystemExit):
        main(["render", "--continue", str(beat), "--vary", str(beat)])


@pytest.mark.stage
def test_the_drummer_on_stage_goes_on_from_a_file(beat: Path) -> None:
    config = Drumigen(beat.parent, clock="internal", controls={"variation": 0}).config
    words = ("--config", str(config), "--continue", str(beat), "--play", "--for", "4")
    run = subprocess.run(
        [sys.executable, "-m", "drumigen", "live", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "playing (internal clock, 97.3 BPM)" in run.stdout
    assert "as given" in run.stdout


@pytest.mark.long
@pytest.mark.parametrize(("late", "swing"), [(0, 66.7), (-10, 66.7), (-32, 60.0), (-80, 50.0)])
def test_bars_on_triplets_say_their_swing_from_where_they_are_written(
    late: int, swing: float
) -> None:
    style = open_config(Config()).setup.styles["jazz"]
    hits = [
        Hit(beat + at, Voice.RIDE, 80, late * (at > 0))
        for beat in range(0, 1920, 480)
        for at in (0, 320)
    ]
    assert swing_of((Bar.of(hits),), style) == pytest.approx(swing)
