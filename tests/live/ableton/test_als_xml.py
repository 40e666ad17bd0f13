"""Live's files are read and written as Live has them, and nothing else is taken for one."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ConfigError
from live.ableton import als_xml
from live.ableton.als_xml import number, packed, read_set, text
from tests.live.ableton.als_sets import REAL, Recipe, als, zipped


@pytest.mark.skipif(not REAL.is_file(), reason="no set that Live saved lies beside the checkout")
def test_a_set_that_live_saved_is_written_again_letter_for_letter() -> None:
    data = packed(read_set(REAL).root)
    assert gzip.decompress(data) == gzip.decompress(REAL.read_bytes())
    assert data[:8] == b"\x1f\x8b\x08" + bytes(5)


def test_names_come_through_letter_for_letter(tmp_path: Path) -> None:
    path = tmp_path / "set.als"
    name = "é 鼓 \"'<&> \n\t"
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Ableton>\n\t<LiveSet>\n\t\t'
        '<Name Value="é 鼓 &quot;\'&lt;&amp;&gt; &#10;&#09;" />\n\t</LiveSet>\n</Ableton>\n'
    )
    path.write_bytes(zipped(xml.encode()))
    found = read_set(path)
    assert found.body[0].get("Value") == name
    assert gzip.decompress(packed(found.root)).decode() == xml


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MThd....", "not gzip, so no set that Live saved"),
        (b"", "not XML"),
        (als(Recipe())[:-40], "damaged"),
        (als(Recipe())[:40] + bytes(9) + als(Recipe())[49:], "damaged"),
        (zipped(b"hello"), "not XML"),
        (zipped(b"<Ableton><LiveSet></Ableton>"), "not XML"),
        (zipped(b"<score-partwise/>"), "not a Live set: <score-partwise> where <Ableton>"),
        (zipped(b"<Ableton/>"), "no <LiveSet> in <Ableton>"),
        (zipped(b'<!DOCTYPE a [<!ENTITY b "c">]><Ableton>&b;</Ableton>'), "has a DOCTYPE"),
        (zipped(b"<Ableton>&b;</Ableton>"), "not XML"),
    ],
)
def test_what_is_no_set_is_said_by_name(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "set.als"
    path.write_bytes(data)
    with pytest.raises(ConfigError) as error:
        read_set(path)
    assert str(error.value).startswith(f"{path}: ") and words in str(error.value)


def test_a_file_that_is_not_there_is_said_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.als: cannot be read \(No such file"):
        read_set(tmp_path / "none.als")


def test_a_file_that_unpacks_without_end_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(als_xml, "LIMIT", 1 << 20)
    path = tmp_path / "bomb.als"
    path.write_bytes(zipped(b"<Ableton><LiveSet>" + b" " * (1 << 21)))
    with pytest.raises(ConfigError, match="unpacks to more than 1 MB"):
        read_set(path)


@given(st.floats(min_value=0, max_value=1e6))
def test_a_number_reads_back_the_same_and_has_no_exponent(amount: float) -> None:
    words = number(amount)
    assert float(words) == amount
    assert set(words) <= set("0123456789.")


def test_whole_numbers_are_written_without_a_point() -> None:
    assert [number(n) for n in (0, 16.0, 0.25, 1 / 3)] == ["0", "16", "0.25", "0.3333333333333333"]


@given(st.text())
def test_any_name_can_be_kept_in_xml(words: str) -> None:
    root = als_xml.Element("Ableton", Name=text(words))
    assert als_xml.ElementTree.fromstring(gzip.decompress(packed(root))).get("Name") == text(words)
    assert text("J Dilla 鼓 \x07\ud800!") == "J Dilla 鼓 !"
