"""Behind `drumigen evaluate`: the drummer and the bank in, the scorecard out."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from engine.errors import ConfigError
from live.output_file import new
from mappings.styles import load_styles
from model.composer.checkpoint import DEFAULT as WEIGHTS
from model.composer.drummer import Drummer
from model.feel.humanizer import Humanizer
from model.judging.classifiers import demand_trees
from model.judging.evaluate import evaluate
from model.judging.evaluate_feel import feel_figures
from model.judging.evaluation_set import DEFAULT, FULL, QUICK, Task
from model.judging.html_report import page
from model.judging.scorecard import FILES
from studio.writing.bank import bank_row
from studio.writing.groove_folder import demand_groove

SIZES = {"quick": QUICK, "default": DEFAULT, "full": FULL}


def evaluate_drummer(
    data: Path,
    split: str,
    size: str,
    weights: Path | None,
    out: Path | None,
    seed: int,
    *,
    force: bool = False,
) -> int:
    """Measures, prints, and writes scorecard.json, .md and .html; `size` is one of SIZES.

    They go beside the weights, into the folder `scorecard`, unless told otherwise, and replace
    older ones only with `force`; ConfigError.
    """
    demand_groove(data)
    folder = _free(out or (weights or WEIGHTS).parent / "scorecard", force)
    demand_trees()
    console = Console()
    drummer, feel = Drummer.load(weights, device="cpu"), Humanizer.load()
    task = Task(data, split, SIZES[size], seed)
    console.print(f"{drummer.describe()}; {size}: {task.sizes}", highlight=False)
    card = evaluate(
        task,
        drummer,
        load_styles(),
        further=[lambda phrases, chance: feel_figures(phrases, feel, chance)],
        bank=lambda: bank_row(task, drummer),
        report=lambda line: console.print(line, highlight=False),
    )
    card.show(console)
    try:
        written = card.write(folder, page(card))
    except OSError as error:
        raise ConfigError(f"--out: {folder} cannot be written ({error.strerror})") from error
    console.print("written: " + ", ".join(map(str, written)), highlight=False, soft_wrap=True)
    return 0


def _free(folder: Path, force: bool) -> Path:
    """Where a scorecard may be written, asked before hours of work; ConfigError."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"--out: {folder} is no folder")
    for name in () if force else FILES:
        new(folder / name)
    return folder
