"""Bytes of MIDI files that somebody damaged, by the hundred."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserError
from live.config import Config
from live.material.primer_sources import primer_of
from tests.midi_fuzz import good_files, rounds, swallowed
from tests.model.midi_files.foreign import head, track
from tests.mutated import mutated


def test_the_good_files_are_read(tmp_path: Path) -> None:
    assert all(swallowed(data, tmp_path / "a.mid") for data in good_files())


@pytest.mark.long
def test_a_hundred_damaged_files_raise_nothing_but_our_own_errors(tmp_path: Path) -> None:
    read = [one for _, one in rounds(tmp_path, seed=1, count=100)]
    assert 20 < sum(read) < 100  # the fuzzer neither spares nor ruins them all


@pytest.mark.long
def test_another_thousand_does_neither(tmp_path: Path) -> None:
    assert sum(size for size, _ in rounds(tmp_path, seed=2, count=1000)) > 250_000


@pytest.mark.long
@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200), st.integers(0, 0xFFFF), st.integers(0, 3))
def test_any_bytes_as_a_track_raise_nothing_but_our_own_errors(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, division: int, kind: int
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.mid"
    swallowed(head(kind, 1, division) + track(data), path)
    with pytest.raises(UserError):
        path.write_bytes(data)
        primer_of(str(path), Config())


def test_a_seed_makes_the_same_bytes() -> None:
    first, same, other = (list(mutated(good_files(), seed, 20)) for seed in (1, 1, 2))
    assert first == same != other
