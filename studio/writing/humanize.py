"""`drumigen humanize`: a .mid file in, the same groove with somebody's feel out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ConfigError, WeightsError
from engine.feel.microtiming import felt
from engine.score.notes import Bar
from engine.score.style import Style
from live.config import Config
from live.material.primer_sources import as_file, voices_of
from mappings.styles import load_styles
from mappings.yaml_fields import plain
from model.feel.humanizer import Dynamics, Humanizer
from model.midi_files.drum_file import MidiNote, read
from model.midi_files.edit import Edit
from model.midi_files.humanize import Perform, humanized


@dataclass(frozen=True, slots=True)
class HumanizeOptions:
    """What is asked for; `amount` 0..2, `bpm` None for the file's own tempo."""

    style: str
    bpm: float | None = None
    seed: int = 0
    amount: float = 1.0
    kit: str = "gm"


def write_humanized(source: str, output: Path | None, wish: HumanizeOptions, config: Config) -> int:
    """Humanize a source that as_file knows, and say by whose feel; ConfigError and its like."""
    with as_file(source, config) as path:
        style = _style(wish.style)
        beside = path if path == Path(source) else Path(path.name)
        named = output or beside.with_name(f"{path.stem}_{style.name}.mid")
        return _write(path, named, style, wish)


def _write(source: Path, path: Path, style: Style, wish: HumanizeOptions) -> int:
    voices = voices_of(wish.kit)
    try:
        score, edit = read(source), Edit.open(source)
    except OSError as error:
        raise ConfigError(f"{source}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigError(str(error)) from error
    notes = edit.notes()
    if not notes:
        raise ConfigError(f"{source}: holds no notes")
    bpm = wish.bpm or score.bpm
    perform, by = _performer(style, bpm, wish.seed, notes)
    data = edit.moved(humanized(notes, voices, score.meter, perform, wish.amount))
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ConfigError(f"-o: {path} cannot be written ({error.strerror})") from error
    print(f"{path}: {len(notes)} notes at {bpm:g} BPM, {by}")
    return 0


def _style(name: str) -> Style:
    styles = load_styles()
    for style in styles.values():
        if plain(style.name) == plain(name):
            return style
    raise ConfigError(f"--style: {name!r} is not one of {', '.join(styles)}")


def _performer(
    style: Style, bpm: float, seed: int, notes: Sequence[MidiNote]
) -> tuple[Perform, str]:
    """Who performs: the trained feel or, of styles that nobody played, the style's template."""
    mixture = tuple(style.mixture.items())
    feel = _feel()
    if feel is None or not feel.knows(mixture):
        return (
            lambda bars: [felt(bar, style, bpm, seed, n) for n, bar in enumerate(bars)],
            f"by the template of {style.title}",
        )

    def perform(bars: Sequence[Bar]) -> Sequence[Bar]:
        return feel.perform(bars, mixture, bpm, seed, 0, dynamics=_dynamics(notes))

    return perform, f"by the feel of {style.title}"


def _feel() -> Humanizer | None:
    try:
        return Humanizer.load()
    except WeightsError as error:
        print(f"drumigen: {error}; using the style's template", file=sys.stderr)
        return None


def _dynamics(notes: Sequence[MidiNote]) -> Dynamics:
    """A file all of one velocity says nothing about force; else accents and ghosts are kept."""
    return Dynamics.MARKED if len({note.velocity for note in notes}) > 1 else Dynamics.NEW
