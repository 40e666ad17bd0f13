"""The scorecard of a drummer: what it must reach, on bars it has not learned from.

For any folder laid out like the Groove MIDI Dataset. The same folder, weights, sizes and seed
give the same card on the same machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from engine.score.style import Style
from model.composer.drummer import Drummer
from model.judging import rows, soundness
from model.judging.evaluation_set import Task, gather
from model.judging.scorecard import Row, Scorecard
from model.training.groove import Phrase

Report = Callable[[str], None]
Further = Callable[[Sequence[Phrase], int], Mapping[str, float]]
Found = TypeVar("Found")


def evaluate(
    task: Task,
    drummer: Drummer,
    styles: Mapping[str, Style],
    further: Sequence[Further] = (),
    bank: Callable[[], Row] | None = None,
    report: Report = print,
) -> Scorecard:
    """The card of a drummer on a split of a folder of performances.

    `styles` are the bank's, which are the floor. `further` are measurements of other people:
    each is given the phrases of the split and the seed, and its figures are added. `bank`
    gives the row of the whole bank, which only the stage can render. Raises FileNotFoundError
    without info.csv, ConfigError without bars of the split or without scikit-learn.
    """
    card = Scorecard(_made(task, drummer))
    material = gather(task, drummer, styles, report)
    heard = _timed("phrases like the split's", lambda: rows.listen(material), report)
    turns, clouds = _timed("knobs", lambda: rows.controls(material), report)
    card.rows += [*turns, _timed("fills", lambda: rows.fills(material, heard), report)]
    card.rows.append(_timed("styles", lambda: rows.style(material, heard), report))
    if bank is not None:
        card.rows.append(_timed("the bank", bank, report))
    like, curves, card.further = _timed("likeness", lambda: rows.overlaps(material, heard), report)
    card.rows += [*like, *_timed("bits", lambda: rows.cross_entropies(material), report)]
    card.rows.append(soundness.memorised(material, heard))
    card.rows.append(_timed("loops", lambda: soundness.loops(material), report))
    card.rows += _timed("corners", lambda: soundness.corners(material), report)
    card.rows += soundness.validity(material)
    for measure in further:
        card.further |= _timed("further figures", lambda: measure(material.real, task.seed), report)  # noqa: B023
    card.plots = [*clouds, *curves]
    return card


def _timed(what: str, measure: Callable[[], Found], report: Report) -> Found:
    begun = time.monotonic()
    found = measure()
    report(f"{what}: {time.monotonic() - begun:.0f} s")
    return found


def _made(task: Task, drummer: Drummer) -> dict[str, Any]:
    return {
        "data": task.data.name,
        "split": task.split,
        "seed": task.seed,
        "drummer": drummer.describe(),
        "sizes": asdict(task.sizes),
    }
