"""Takes named, starred and put away."""

import os
from pathlib import Path

import pytest

from engine.errors import TakeError
from live.takes.folder import chosen, found, prune
from live.takes.labels import (
    LONGEST,
    TRASH,
    Label,
    cleaned,
    label_of,
    put_away,
    take_back,
    write_label,
)

GOOD = Label("the good one", starred=True)


@pytest.fixture
def take(tmp_path: Path) -> Path:
    path = tmp_path / "2026-11-27 20.15.00.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    return path


def test_what_is_said_of_a_take_stands_beside_it_and_goes_with_nothing_said(take: Path) -> None:
    assert label_of(take) == Label()
    write_label(take, GOOD)
    assert label_of(take) == GOOD
    assert found(take.parent) == [take]
    write_label(take, Label())
    assert [one.name for one in take.parent.iterdir()] == [take.name]


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"name": "x"}', "[" * 9999, "\ud800", "null"])
def test_a_label_that_is_none_says_nothing(take: Path, text: str) -> None:
    take.with_name(f"{take.name}.label.json").write_bytes(text.encode(errors="surrogatepass"))
    assert label_of(take) == Label()


def test_a_name_is_one_line_that_can_be_shown() -> None:
    assert cleaned("  two\nlines\x1b[31m ") == "twolines[31m"
    assert len(cleaned("x" * 999)) == LONGEST


def test_a_take_that_was_put_away_comes_back_as_it_was(take: Path) -> None:
    write_label(take, GOOD)
    put_away(take)
    assert found(take.parent) == [] and label_of(take) == Label()
    assert take_back(take.parent, take.name)
    assert found(take.parent) == [take] and label_of(take) == GOOD
    assert not take_back(take.parent, take.name)


def test_nothing_is_put_over_another_take(take: Path) -> None:
    put_away(take)
    take.write_text("another\n", encoding="utf-8")
    with pytest.raises(TakeError, match="such a take already"):
        take_back(take.parent, take.name)
    assert take.read_text(encoding="utf-8") == "another\n"


def test_a_take_is_found_by_the_name_it_was_given(take: Path) -> None:
    write_label(take, GOOD)
    assert chosen(take.parent, "the good one") == take
    with pytest.raises(TakeError, match="no take is called 'the bad one'"):
        chosen(take.parent, "the bad one")


def test_a_take_with_a_star_is_never_pruned_and_a_label_goes_with_its_take(take: Path) -> None:
    os.utime(take, (0, 0))
    write_label(take, GOOD)
    assert prune(take.parent, 1.0, 1000.0, 1e9) == []
    write_label(take, Label("the good one"))
    assert prune(take.parent, 1.0, 1000.0, 1e9) == [take]
    assert list(take.parent.iterdir()) == []


def test_what_was_put_away_is_kept_from_that_day_on(take: Path) -> None:
    os.utime(take, (0, 0))
    put_away(take)
    away = take.parent / TRASH / take.name
    assert prune(take.parent / TRASH, 30.0, 1000.0, away.stat().st_mtime + 29 * 86400) == []
