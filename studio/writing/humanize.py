"""`drumigen humanize`: a .mid file in, the same groove with somebody's feel out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ConfigError, ControlError, WeightsError
from engine.feel.microtiming import felt
from engine.score.notes import Bar
from engine.score.style import Style
from live.config import Config
from live.material.midi_source import edit_of, said_of, voices_of
from live.material.primer_sources import as_file
from live.output_file import MID, OutputFile
from mappings.plain_words import counted, tempo
from mappings.styles import load_styles, style_called
from model.feel.humanizer import Dynamics, Humanizer
from model.midi_files.drum_file import MidiNote
from model.midi_files.drum_parts import DrumChoice
from model.midi_files.edit import Edit
from model.midi_files.humanize import Perform, humanized


@dataclass(frozen=True, slots=True)
class HumanizeOptions:
    """What is asked for; `amount` 0..2, `bpm` None for the file's own tempo, `style` None for
    that of the settings.

    `track` and `channel` say what is the drums, as DrumChoice has them.
    """

    style: str | None = None
    bpm: float | None = None
    seed: int = 0
    amount: float = 1.0
    kit: str = "gm"
    track: str | None = None
    channel: int | None = None


def write_humanized(source: str, output: OutputFile, wish: HumanizeOptions, config: Config) -> int:
    """Humanize a source that as_file knows, and say by whose feel; ConfigError and its like."""
    with as_file(source, config) as path:
        style = _style(wish.style or config.style, config)
        beside = path if path == Path(source) else Path(path.name)
        edit = edit_of(path, wish.kit, DrumChoice(wish.track, wish.channel))
        named = output.at(beside.with_name(f"{path.stem}_{style.name}.mid"), MID)
        if path == beside:
            for line in said_of(edit):
                print(f"{source}: {line}")
        data, did = _humanized(path, edit, style, wish)
        output.write(named, data)
        print(f"{named}: {did}")
        return 0


def _humanized(source: Path, edit: Edit, style: Style, wish: HumanizeOptions) -> tuple[bytes, str]:
    """The file's bytes, and what was done in words."""
    score = edit.score()
    if not score.notes:
        raise ConfigError(f"{source}: holds no notes")
    bpm = wish.bpm or min(300.0, max(20.0, score.bpm))
    perform, by = _performer(style, bpm, wish.seed, score.notes)
    places = humanized(score.notes, voices_of(wish.kit), score.meter, perform, wish.amount)
    return edit.moved(places), f"{counted(len(score.notes), 'note')} at {tempo(bpm)}, {by}"


def _style(name: str, config: Config) -> Style:
    styles = load_styles(extra=[Path(folder) for folder in config.styles])
    try:
        return style_called(styles, name)
    except ControlError as error:
        raise ConfigError(f"--{error}") from error


def _performer(
    style: Style, bpm: float, seed: int, notes: Sequence[MidiNote]
) -> tuple[Perform, str]:
    """Who performs: the trained feel or, of styles that nobody played, the style file's own."""
    mixture = tuple(style.mixture.items())
    feel = _feel()
    if feel is None or not feel.knows(mixture):
        return (
            lambda bars: [felt(bar, style, bpm, seed, n) for n, bar in enumerate(bars)],
            f"by the timing written down for {style.title}",
        )

    def perform(bars: Sequence[Bar]) -> Sequence[Bar]:
        return feel.perform(bars, mixture, bpm, seed, 0, dynamics=_dynamics(notes))

    return perform, f"by the feel of {style.title}"


def _feel() -> Humanizer | None:
    try:
        return Humanizer.load()
    except WeightsError as error:
        print(f"drumigen: {error}; using the timing written in the style's file", file=sys.stderr)
        return None


def _dynamics(notes: Sequence[MidiNote]) -> Dynamics:
    """A file all of one velocity says nothing about force; else accents and ghosts are kept."""
    return Dynamics.MARKED if len({note.velocity for note in notes}) > 1 else Dynamics.NEW
