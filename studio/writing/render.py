"""A performance into a .mid file: the same engine, with invented time and no port.

The drummer is asked and answers at once, so what is rendered is what would be played when
every bar comes in time; the same arguments write the same bytes.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.bars.request import Compose, Composed, Request
from engine.errors import WeightsError
from engine.playing.events import Turned
from engine.playing.performer import Performer
from engine.playing.setup import Setup
from engine.score.drum_tab import legend, steps, tab
from engine.score.grid import TICKS_PER_BEAT
from engine.score.notes import Bar
from engine.score.song_parts import Plan
from engine.takes.clip import clip_of
from engine.takes.take import Begun, Left, Played, Take, Taken
from live.config import Config
from live.loaded_config import open_config
from live.material.primer import PrimerSource, fitted, primed
from live.material.primer_sources import primer_of
from live.output_file import MID, OutputFile
from mappings.plain_words import by, counted, played, tempo
from model.composer.drummer import Drummer
from model.midi_files.drum_file import write
from studio.writing.song_form import markers, part_names, sections


@dataclass(frozen=True, slots=True)
class Rendering:
    """The bars played, the file's bytes, and what was sent of each bar."""

    bars: tuple[Bar, ...]
    data: bytes
    bpm: float
    taken: tuple[Taken, ...]


def render(setup: Setup, bars: int, compose: Callable[[Request], Bar | None]) -> Rendering:
    """Play `bars` bars by the internal clock at once; `compose` None answers are improvised."""
    performer = Performer(replace(setup, source="internal"))
    take = Take(None)
    bpm = performer.desk.number("tempo")
    end = bars * performer.desk.meter.bar_ticks * 60.0 / (bpm * TICKS_PER_BEAT)
    _perform(performer, take, 0.0, compose)  # bars are prepared before the first downbeat
    performer.receive(Turned("play", 1.0), 0.0)
    played: dict[int, Bar] = {}
    now = 0.0
    while now < end - 1e-9:
        _perform(performer, take, now, compose)
        if performer.current is not None:
            played[performer.current.number] = performer.current.bar
        deadline = performer.deadline()
        now = end if deadline is None else min(end, max(now, deadline))
    data = write(replace(clip_of(take.bars[:bars]), markers=markers(setup.song, take.bars)))
    return Rendering(tuple(played.values()), data, bpm, take.bars[:bars])


def _perform(
    performer: Performer, take: Take, now: float, compose: Callable[[Request], Bar | None]
) -> None:
    """Do what is due, answering every request at the same moment."""
    asked = _due(performer, take, now)
    while asked:
        request = asked.pop()
        bar = compose(request)
        if bar is not None:
            performer.receive(Composed(request.number, request.generation, bar), now)
            asked = _due(performer, take, now)


def _due(performer: Performer, take: Take, now: float) -> list[Request]:
    """What is to be composed; what was played goes into the take."""
    due = performer.due(now)
    for out in due:
        if isinstance(out, Begun | Played | Left):
            take.add(out)
    return [out.request for out in due if isinstance(out, Compose)]


def write_rendering(
    config: Config,
    bars: int,
    output: OutputFile,
    *,
    tabs: bool,
    source: PrimerSource | None = None,
    song: Plan = (),
    clips: bool = False,
) -> int:
    """Render and write; says what was played. ConfigError before the work if that may not be.

    A `song` has its parts marked and, with `clips`, each in a file of its own beside the take.
    """
    drummer = _drummer(config)
    setup = _primed(config, source, drummer) if source else open_config(config).setup

    def compose(request: Request) -> Bar | None:
        return drummer.compose(request) if drummer else None

    path = output.at(Path(f"{setup.controls['style']}.mid"), MID)
    parts = [output.beside(path, name) for name in part_names(song)] if clips else []
    done = render(replace(setup, song=song), bars, compose)
    output.write(path, done.data)
    for part, taken in zip(parts, sections(song, done.taken), strict=False):
        output.write(part, write(clip_of(taken)))
        print(f"{part}: {counted(len(taken), 'bar')}")
    print(f"{path}: {counted(len(done.bars), 'bar')} at {tempo(done.bpm)}: {made_by(done.bars)}")
    if tabs:
        print(f"\n{legend(done.bars)}")
        for start in range(0, len(done.bars), 4):
            print(f"\n{tab(done.bars[start : start + 4], steps(done.bars))}")
    return 0


def made_by(bars: Sequence[Bar]) -> str:
    """By whom the bars are, in words."""
    sources = Counter(bar.source for bar in bars)
    return played(sources) if len(sources) > 1 else ", ".join(map(by, sources))


def _primed(config: Config, source: PrimerSource, drummer: Drummer | None) -> Setup:
    """What a performance of what was played before starts from."""
    primer = primer_of(source.name, config, source.track, source.channel)
    for line in primer.said:
        print(f"{source.name}: {line}")
    setup = open_config(fitted(config, primer)).setup
    mixture = tuple(setup.styles[str(setup.controls["style"])].mixture.items())
    knobs = drummer.knobs_like(primer.bars, mixture) if drummer else {}
    return primed(setup, primer, vary=source.vary, knobs=knobs)


def _drummer(config: Config) -> Drummer | None:
    """The trained drummer; without weights the style's own patterns play, and it is said."""
    try:
        return Drummer.load(
            Path(config.weights) if config.weights else None, config.device, config.threads
        )
    except WeightsError as error:
        print(f"drumigen: {error}; playing from the style's patterns", file=sys.stderr)
        return None
