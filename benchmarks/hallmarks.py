"""Do styles keep their word: hallmarks kept by what is rendered, and broken by other music.

Every style is rendered 20 times with other seeds, the default seed first, 16 bars without fills
at default knobs; a render keeps a hallmark when its share of bars does. Of 64 bars with the
default seed it counts how many differ. With --data the folder of the Groove MIDI Dataset, it says
which share of real bars of other families all hallmarks together reject.

    python -m benchmarks.hallmarks [--styles rock jazz] [--seeds 20] [--jobs 2] [--data groove]
        [--write]
    python -m benchmarks.hallmarks --patterns      # only the files' own patterns, at once
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.report import machine, options, publish, table, verdict
from engine.bars.request import Request
from engine.playing.setup import Setup
from engine.score.grid import FOUR_FOUR
from engine.score.hallmarks import Hallmark, broken
from engine.score.notes import Bar
from engine.score.style import Style
from live.config import Config
from live.loaded_config import open_config
from model.composer.drummer import Drummer
from model.training.groove import groove
from studio.writing.render import render

BARS, LONG, SEEDS = 16, 64, 20
KEPT, REJECTED = 19 / 20, 0.8
Compose = Callable[[Request], Bar | None]
# How many of the 64 bars differed before bars were held to hallmarks, with the same seed.
# fmt: off
BEFORE: Mapping[str, int] = {
    "afrobeat": 20, "afrocuban": 20, "amapiano": 19, "bernard_purdie": 20, "blues": 20,
    "boom_bap": 18, "breakbeat": 20, "burial": 20, "clyde_stubblefield": 19, "country": 19,
    "dance": 10, "dancehall": 19, "disco": 17, "dj_premier": 20, "drill": 20,
    "drum_and_bass": 18, "electro": 16, "elvin_jones": 20, "footwork": 20, "funk": 20,
    "gospel": 16, "highlife": 20, "hiphop": 20, "house": 18, "j_dilla": 19, "jazz": 20,
    "jeff_mills": 18, "jeff_porcaro": 16, "john_bonham": 17, "larry_heard": 20, "latin": 20,
    "lofi": 19, "madlib": 20, "metro_boomin": 17, "middleeastern": 20, "neworleans": 20,
    "photek": 18, "pop": 17, "punk": 9, "questlove": 15, "reggae": 20, "reggaeton": 17,
    "rock": 19, "rp_boo": 20, "sly_dunbar": 20, "soul": 18, "squarepusher": 20, "techno": 16,
    "the_neptunes": 20, "timbaland": 20, "todd_edwards": 17, "tony_allen": 20, "trap": 20,
    "uk_garage": 20, "zigaboo_modeliste": 19,
}
# fmt: on
# Styles that share what a listener hears: bars of those families are not asked to be rejected.
KIN: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Row:
    """What was found of a style; `worst` its hallmark that most renders broke."""

    style: str
    kept: float
    default: bool
    worst: str
    differ: int
    rejected: float | None


def kept_by(bars: Sequence[Bar], hallmarks: Sequence[Hallmark]) -> list[Hallmark]:
    """The hallmarks that the bars do not keep in their share."""
    return [h for h in hallmarks if sum(map(h.keeps, bars)) < h.share * len(bars) - 1e-9]


def rendered(setup: Setup, style: str, seed: int, bars: int, compose: Compose) -> tuple[Bar, ...]:
    """Bars at default knobs, without fills."""
    controls = {**setup.controls, "style": style, "fill_every": "off"}
    return render(replace(setup, seed=seed, controls=controls), bars, compose).bars


def row_of(setup: Setup, style: Style, seeds: int, compose: Compose) -> Row:
    """One style's row, without what real bars say."""
    wrong: dict[str, int] = {}
    fine = []
    for seed in range(setup.seed, setup.seed + seeds):
        bars = rendered(setup, style.name, seed, BARS, compose)
        failed = kept_by(bars, style.hallmarks)
        fine.append(not failed)
        for rule in failed:
            wrong[rule.name] = wrong.get(rule.name, 0) + 1
    worst = max(wrong, key=lambda name: wrong[name], default="")
    long = rendered(setup, style.name, setup.seed, LONG, compose)
    differ = len({bar.outline for bar in long})
    return Row(style.name, sum(fine) / seeds, fine[0], worst, differ, None)


def families(folder: Path) -> dict[str, list[Bar]]:
    """Real beats in 4/4 by family, as the data set names them."""
    bars: dict[str, list[Bar]] = {}
    for phrase in groove(folder):
        if not phrase.fill:
            bars.setdefault(phrase.style, []).extend(bar for bar in phrase.bars if not bar.fill)
    return bars


def rejected(style: Style, real: Mapping[str, Sequence[Bar]]) -> float:
    """Which share of the bars of other families break a hallmark; the mean over families."""
    own = {style.name, *style.mixture, *KIN.get(style.name, ())}
    others = [bars for family, bars in real.items() if family not in own]
    shares = [
        sum(bool(broken(bar, style.hallmarks)) for bar in bars) / len(bars) for bars in others
    ]
    return sum(shares) / len(shares)


def patterns(styles: Mapping[str, Style]) -> Iterator[str]:
    """What the files' own patterns break."""
    for style in styles.values():
        beats = style.beats(FOUR_FOUR)
        for rule in kept_by(beats, style.hallmarks):
            wrong = sum(not rule.keeps(bar) for bar in beats)
            yield f"{style.name}: {rule.name}: {wrong} of {len(beats)} beats break it"
        yield f"{style.name}: {len(style.hallmarks)} hallmarks, {len(beats)} beats"


def report(rows: Sequence[Row], seeds: int) -> str:
    """The table and the verdicts."""
    lines = [
        (
            row.style,
            f"{round(row.kept * seeds)} of {seeds}",
            "yes" if row.default else "NO",
            row.worst or "-",
            row.differ,
            BEFORE.get(row.style, "-"),
            "-" if row.rejected is None else f"{row.rejected:.0%}",
        )
        for row in rows
    ]
    least = [row.style for row in rows if row.kept < KEPT or not row.default]
    looped = [row.style for row in rows if row.differ < BEFORE.get(row.style, 0)]
    weak = [row.style for row in rows if row.rejected is not None and row.rejected < REJECTED]
    headings = (
        "style",
        "renders that keep all",
        "default seed",
        "worst",
        f"of {LONG} differ",
        "before",
        "real bars of others rejected",
    )
    return "\n".join(
        [
            "# Hallmarks kept, style by style\n",
            "By `python -m benchmarks.hallmarks --jobs 2 --data groove/ --write`.",
            f"{BARS} bars without fills, {seeds} seeds, default knobs. {machine()}\n",
            table(headings, lines) + "\n",
            verdict(f"19 of 20 renders keep all{_of(least)}", not least),
            verdict(f"as many bars differ as before, or more{_of(looped)}", not looped),
            verdict(f"80 % of real bars of other families are rejected{_of(weak)}", not weak),
        ]
    )


def _of(styles: Sequence[str]) -> str:
    return f" (not {', '.join(styles)})" if styles else ""


def chosen(given: argparse.Namespace, styles: Mapping[str, Style]) -> list[Style]:
    """The styles asked for, all without any."""
    return [styles[name] for name in given.styles or styles]


@cache
def _tools(weights: str | None, data: Path | None) -> tuple[Setup, Drummer, dict[str, list[Bar]]]:
    """What a process needs for all of its styles."""
    drummer = Drummer.load(Path(weights) if weights else None, "cpu", 1)
    return open_config(Config()).setup, drummer, families(data) if data else {}


def _worked(seeds: int, weights: str | None, data: Path | None, style: str) -> Row:
    setup, drummer, real = _tools(weights, data)
    row = row_of(setup, setup.styles[style], seeds, drummer.compose)
    return replace(row, rejected=rejected(setup.styles[style], real) if real else None)


def main() -> None:
    """Print what was found, and keep it where asked."""
    parser = options(__doc__)
    parser.add_argument("--styles", nargs="+", help="only these")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--data", type=Path, help="folder of the Groove MIDI Dataset")
    parser.add_argument("--jobs", type=int, default=1, help="styles at a time")
    parser.add_argument("--patterns", action="store_true", help="the files' own patterns only")
    given = parser.parse_args()
    setup = open_config(Config()).setup
    if given.patterns:
        print("\n".join(patterns({s.name: s for s in chosen(given, setup.styles)})))
        return
    names = [style.name for style in chosen(given, setup.styles)]
    work = partial(_worked, given.seeds, given.weights, given.data)
    with ProcessPoolExecutor(given.jobs, get_context("spawn")) as pool:
        rows = []
        for row in pool.map(work, names):
            rows.append(row)
            print(row, flush=True)
    publish("hallmarks", report(rows, given.seeds), write=given.write)


if __name__ == "__main__":
    main()
