"""`drumigen humanize` from file to file."""

from pathlib import Path

import mido
import pytest

from drumigen.command_line import main
from model.midi_files.drum_file import MidiNote, Score, read, write
from model.midi_files.reader import parsed
from tests.clips import clip_with
from tests.model.midi_files.foreign import END, bar, bass, head, name, track

QUANTIZED = [
    *[MidiNote(tick, 42, 80, 60) for tick in range(0, 7680, 240)],
    *[MidiNote(tick, 36, 80, 60) for tick in range(0, 7680, 960)],
    *[MidiNote(tick, 38, 80, 60) for tick in range(480, 7680, 960)],
]


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    path = tmp_path / "grid.mid"
    path.write_bytes(write(clip_with(QUANTIZED, 96, name="My groove", bars=4)))
    return path


def humanize(path: Path, *arguments: str, to: str = "out.mid") -> Score:
    out = path.with_name(to)
    assert main(["humanize", str(path), "-o", str(out), "--force", *arguments]) == 0
    return read(out)


@pytest.mark.long
def test_the_notes_are_played_and_the_tempo_and_names_stay(
    grid: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score = humanize(grid, "--style", "Funk")
    assert score.bpm == pytest.approx(96)
    assert (score.ticks, len(score.notes)) == (7680, len(QUANTIZED))
    assert sorted(note.note for note in score.notes) == sorted(note.note for note in QUANTIZED)
    assert len({note.tick % 240 for note in score.notes}) > 5
    assert len({note.velocity for note in score.notes}) > 5
    track = mido.MidiFile(grid.with_name("out.mid")).tracks[0]
    assert track.name == "My groove"
    assert "56 notes" not in capsys.readouterr().err


@pytest.mark.long
def test_amount_0_is_the_grid_and_2_is_twice_as_far(grid: Path) -> None:
    still = humanize(grid, "--style", "funk", "--amount", "0")
    assert still.notes == read(grid).notes
    once, twice = (humanize(grid, "--style", "funk", "--amount", a) for a in ("1", "2"))

    def strayed(score: Score) -> int:
        return sum(abs((note.tick + 120) % 240 - 120) for note in score.notes)

    assert strayed(twice) > 1.5 * strayed(once) > 0


@pytest.mark.long
def test_a_humanized_file_goes_back_to_its_grid(grid: Path) -> None:
    humanize(grid, "--style", "rock", "--amount", "0.5")
    again = humanize(grid.with_name("out.mid"), "--style", "rock", "--amount", "0", to="b.mid")
    ticks = sorted((note.tick, note.note) for note in again.notes)
    assert ticks == sorted((note.tick, note.note) for note in QUANTIZED)


@pytest.mark.long
def test_the_same_seed_writes_the_same_bytes(grid: Path) -> None:
    for to, seed in (("a.mid", "1"), ("b.mid", "1"), ("c.mid", "2")):
        humanize(grid, "--style", "jazz", "--seed", seed, "--bpm", "110", to=to)
    first, same, other = (grid.with_name(f"{to}.mid").read_bytes() for to in "abc")
    assert first == same != other


@pytest.mark.long
def test_a_style_that_nobody_played_feels_as_its_file_says(
    grid: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score = humanize(grid, "--style", "J Dilla")
    assert "by the timing written down for J Dilla" in capsys.readouterr().out
    snares = [note for note in score.notes if note.note == 38]
    assert len({note.tick % 1920 for note in snares}) == 2  # the same in every bar
    assert {note.velocity for note in score.notes} == {80}


@pytest.mark.long
def test_without_a_style_it_is_the_settings_own_of_the_users_folders_too(
    grid: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path("mappings/styles/funk.yaml").read_text(encoding="utf-8")
    folder = grid.with_name("styles")
    folder.mkdir()
    text = text.replace("name: funk", "name: my_funk").replace('title: "Funk"', 'title: "My funk"')
    (folder / "my_funk.yaml").write_text(text, encoding="utf-8")
    config = grid.with_name("config.yaml")
    config.write_text(f"style: my_funk\nstyles: [{folder}]\n", encoding="utf-8")
    humanize(grid, "--config", str(config))
    assert "My funk" in capsys.readouterr().out


@pytest.mark.long
def test_only_the_drums_are_moved_and_it_is_said_which(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "band.mid"
    tracks = (name("Bass") + bass(1), name("Drums") + bar(0))
    path.write_bytes(head(1, 2) + b"".join(track(one + END) for one in tracks))
    score = humanize(path, "--style", "J Dilla")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{path}: drums: track 2 'Drums', channel 1, 12 notes (by the name)"
    assert said[1].endswith("out.mid: 12 notes at 120 BPM, by the timing written down for J Dilla")
    files = [parsed(one.read_bytes()) for one in (path, tmp_path / "out.mid")]
    assert files[0].tracks[0] == files[1].tracks[0]
    assert files[0].tracks[1] != files[1].tracks[1]
    chosen = humanize(path, "--style", "J Dilla", "--track", "bass", "--channel", "2")
    assert "track 1 'Bass', channel 2, 4 notes (as chosen)" in capsys.readouterr().out
    assert len(score.notes) == len(chosen.notes) == 16


@pytest.mark.long
def test_a_melody_is_refused_unless_it_is_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bass.mid"
    path.write_bytes(head() + track(bass(0) + END))
    assert main(["humanize", str(path), "--style", "J Dilla"]) == 2
    assert capsys.readouterr().err == (
        f"drumigen: {path}: none of it is drums without a doubt; choose by --track NAME or NUMBER,"
        " or --channel 1..16: track 1, channel 1, 4 notes\n"
    )
    assert [one.name for one in tmp_path.iterdir()] == ["bass.mid"]
    assert main(["humanize", str(path), "--style", "J Dilla", "--channel", "1"]) == 0


@pytest.mark.long
def test_what_is_wrong_with_a_file_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cut.mid"
    path.write_bytes((head() + track(bar(9) * 2 + END))[:-40])
    humanize(path, "--style", "J Dilla")
    assert f"{path}: the track at byte 14 is cut off\n" in capsys.readouterr().out
    path.write_bytes(head(1, 9) + b"".join(track(bar(9)) for _ in range(8)))
    humanize(path, "--style", "J Dilla")
    said = capsys.readouterr().out
    assert said.count(" has no end\n") == 5 and "and 4 faults more\n" in said


@pytest.mark.long
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_the_input_is_never_written(
    grid: Path, capsys: pytest.CaptureFixture[str], force: list[str]
) -> None:
    before = grid.read_bytes()
    (grid.parent / "link.mid").symlink_to(grid)
    for output in (grid, grid.parent / "link.mid"):
        words = ["humanize", str(grid), "--style", "J Dilla", "-o", str(output)]
        assert main([*words, *force]) == 2
        assert "cannot be written (it is what is read)" in capsys.readouterr().err
    assert grid.read_bytes() == before


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nowhere.mid", "--style", "funk"], "nowhere.mid: cannot be read"),
        (["{folder}/empty.mid", "--style", "funk"], "empty.mid: holds no notes"),
        (["{folder}/words.mid", "--style", "funk"], "words.mid: not a readable MIDI file"),
        (["{folder}/grid.mid", "--style", "polka"], "--style: 'polka' is not one of the 68"),
        (["{folder}/grid.mid", "--style", "funk", "--amount", "3"], "--amount: 3 is not a number"),
        (["{folder}/grid.mid", "--style", "funk", "--bpm", "5"], "--bpm: 5 is not a number from"),
        (["{folder}/grid.mid", "--style", "funk", "--kit", "x"], "kits: 'x' is not one of"),
        (["{folder}/grid.mid", "--style", "funk", "-o", "{folder}"], "cannot be written"),
    ],
)
def test_a_mistake_is_one_line_and_exit_status_2(
    arguments: list[str], reason: str, grid: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = grid.parent
    (folder / "words.mid").write_bytes(b"words")
    (folder / "empty.mid").write_bytes(write(clip_with([])))
    assert main(["humanize", *[word.format(folder=folder) for word in arguments]]) == 2
    error = capsys.readouterr().err
    assert reason in error
    assert error.count("\n") == 1
