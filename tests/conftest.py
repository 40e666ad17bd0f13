"""What a test may use is what its marks say, so that whoever leaves them out leaves it out."""

from __future__ import annotations

import multiprocessing.process
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests import rig


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    rig.granted = {mark.name for mark in item.iter_markers()}


def _guarded(start: Callable[..., None], *marks: str) -> Callable[..., None]:
    def guard(*args: Any, **options: Any) -> None:
        rig.needs(*marks)
        start(*args, **options)

    return guard


@pytest.fixture(scope="session", autouse=True)
def _processes_need_a_mark() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        program, process = subprocess.Popen, multiprocessing.process.BaseProcess
        patch.setattr(program, "__init__", _guarded(program.__init__, *rig.PROCESSES))
        patch.setattr(process, "start", _guarded(process.start, "stage"))
        yield


@pytest.fixture(autouse=True)
def _nobodys_rescued_takes(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the user's own folders is not looked at, and nothing is put there."""
    nowhere = tmp_path_factory.getbasetemp() / "nowhere"
    monkeypatch.setattr("live.takes.folder.rescue_folders", lambda: (nowhere,))
