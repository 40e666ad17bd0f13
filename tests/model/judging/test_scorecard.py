"""Rows, the JSON and the page."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from model.judging.html_report import page
from model.judging.scorecard import Line, Plot, Row, Scorecard

SHARE = Row("style", "style recognised", 0.5, 0.4, 0.25, 0.45, note="of <many> bars")
BITS = Row("likeness", "bits a note", 4.5, unit="")


def card() -> Scorecard:
    curve = Plot("strokes", [Line("real", [(0.0, 0.0), (1.0, 2.0)]), Line("train", [(0.5, 1.0)])])
    cloud = Plot("density", [Line("model", [(0.0, 0.1), (1.0, 0.9)])], dots=True)
    return Scorecard({"data": "groove"}, [SHARE, BITS], {"feel_ms": 12.3456}, [curve, cloud])


@pytest.mark.parametrize(
    ("model", "target", "at_most", "met", "verdict"),
    [
        (0.5, 0.5, False, True, "met"),
        (0.4, 0.5, False, False, "MISSED"),
        (0.5, 0.5, True, True, "met"),
        (0.6, 0.5, True, False, "MISSED"),
        (None, 0.5, False, None, ""),
        (0.5, None, False, None, ""),
    ],
)
def test_a_target_is_met_or_missed_or_not_there(
    model: float | None, target: float | None, at_most: bool, met: bool | None, verdict: str
) -> None:
    row = Row("g", "n", model, target, at_most=at_most)
    assert (row.met, row.verdict) == (met, verdict)


def test_shares_are_written_in_percent_and_figures_as_they_are() -> None:
    assert SHARE.cells() == (
        "style", "style recognised", "25.0 %", "50.0 %", "45.0 %", "≥ 40.0 %", "met",
    )  # fmt: skip
    assert BITS.cells() == ("likeness", "bits a note", "-", "4.500", "-", "-", "")
    assert Row("g", "n", 1.0, 2.0, at_most=True, unit="").asked == "≤ 2.000"


def test_the_json_holds_every_row_with_its_verdict() -> None:
    told = json.loads(card().json())
    assert told["made"] == {"data": "groove"}
    assert [row["met"] for row in told["rows"]] == [True, None]
    assert told["rows"][0]["real"] == 0.45
    assert told["further"] == {"feel_ms": 12.3456}


def test_a_readme_gets_a_table_with_what_was_missed_in_bold() -> None:
    missed = Row("style", "more", 0.1, 0.2)
    lines = Scorecard({}, [SHARE, missed]).markdown().splitlines()
    assert lines[2] == "| style recognised | 25.0 % | 50.0 % | 45.0 % | ≥ 40.0 % | met |"
    assert lines[3] == "| more | - | 10.0 % | - | ≥ 20.0 % | **MISSED** |"
    assert len({line.count("|") for line in lines}) == 1


def test_it_is_printed_in_groups_with_the_further_figures_below() -> None:
    console = Console(width=100)
    with console.capture() as captured:
        card().show(console)
    text = captured.get()
    assert text.index("style recognised") < text.index("likeness") < text.index("bits a note")
    assert "met" in text and "feel_ms: 12.35" in text


def test_json_and_page_are_written_side_by_side(tmp_path: Path) -> None:
    written = card().write(tmp_path / "new" / "card", page(card()))
    assert [path.name for path in written] == ["scorecard.json", "scorecard.md", "scorecard.html"]
    assert all(path.stat().st_size > 100 for path in written)


def test_the_page_stands_alone_and_escapes_what_it_is_given() -> None:
    text = page(card())
    assert "http" not in text
    assert "<script" not in text
    assert "of &lt;many&gt; bars" in text
    assert "feel_ms: 12.35" in text


def test_the_pictures_are_whole_and_draw_what_they_are_given() -> None:
    text = page(card())
    pictures = [part.partition("</svg>")[0] + "</svg>" for part in text.split("<svg")[1:]]
    drawn = [ElementTree.fromstring("<svg" + picture) for picture in pictures]
    bars, plain, curves, dots = drawn
    assert [float(bar.attrib["width"]) for bar in bars.iter("rect")] == [95.0, 190.0, 171.0]
    assert len(list(plain.iter("polyline"))) == 0  # no target, no line
    assert len(list(curves.iter("polyline"))) == 2
    assert len(list(dots.iter("circle"))) == 2
    (line,) = dots.iter("polyline")  # from where both are .1 to where both are .9
    assert line.attrib["points"] == "32.0,150.0 288.0,8.0"
    assert {"floor", "model", "real"} <= {word.text for word in bars.iter("text")}


def test_a_row_of_noughts_and_a_plot_of_nothing_can_be_drawn() -> None:
    empty = Scorecard({}, [Row("g", "n", 0.0, 0.0, 0.0, None)], {}, [Plot("none", [])])
    text = page(empty)
    assert 'width="0.0"' in text
    assert "Further" not in text
    assert "Pictures" not in page(Scorecard({}, [], {}, []))
