"""The takes as the page lists, draws and downloads them; only files of the takes' folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Response

from engine.errors import TakeError
from engine.takes.clip import Clip, clip_of
from engine.takes.take import Taken
from live.panel.spec import PanelSpec
from live.takes.folder import found
from live.takes.listing import NEWEST, numbers_of, some_of, summary
from live.takes.reader import SUFFIX, TakeFile, read_take
from model.midi_files.drum_file import write

DRAWN = 8  # bars of a piano roll, the last
MIDI = ".mid"


class TakeFiles:
    """What was read is kept while the files stay as they are: an hour takes a third of a second."""

    def __init__(self, spec: PanelSpec) -> None:
        self._spec = spec
        self._titles = {name: style.title for name, style in spec.styles.items()}
        self._read: dict[Path, tuple[int, TakeFile]] = {}

    def takes(self) -> list[dict[str, Any]]:
        """The newest takes, the newest first."""
        rows = []
        for path in reversed(self._paths()[-NEWEST:]):
            try:
                length, bars, notes, bpm, styles, damage = summary(self._reading(path))
            except (TakeError, OSError) as error:
                rows.append({"name": path.name.removesuffix(SUFFIX), "fault": str(error)})
                continue
            row: dict[str, Any] = {
                "length": length,
                "bars": int(bars),
                "notes": int(notes),
                "bpm": bpm,
            }
            names = [self._titles.get(name, name) for name in styles.split(", ") if name]
            about = {"styles": ", ".join(names), "fault": damage}
            rows.append({"name": path.name.removesuffix(SUFFIX), **row, **about})
        return rows

    def answer(self, name: str, bars: str | None) -> Response:
        """A take's bars: `NAME.mid` as a file, `NAME` as a drawing; TakeError for no take."""
        wanted = name.removesuffix(MIDI)
        path = next((p for p in self._paths() if p.name == wanted + SUFFIX), None)
        if path is None:
            raise TakeError(f"no take is called {wanted!r}")
        clip = self._clip(path, bars)
        if not name.endswith(MIDI):
            return Response(json.dumps(_roll(clip)), media_type="application/json")
        kept = f"attachment; filename*=UTF-8''{quote(f'{clip.name}.mid')}"
        return Response(write(clip), media_type="audio/midi", headers={"Content-Disposition": kept})

    def _clip(self, path: Path, bars: str | None) -> Clip:
        every = self._reading(path).bars
        chosen: Sequence[Taken] = every
        if bars != "all" and (numbers := numbers_of(bars)) is not None:
            chosen = some_of(path, every, numbers)[1]
        whole = [bar for bar in chosen if bar.whole]
        whole = whole if bars else whole[-DRAWN:]
        if not whole:
            raise TakeError(f"{path.name}: no whole bar was played there")
        return clip_of(whole, edge=self._spec.early, titles=self._titles)

    def _paths(self) -> list[Path]:
        return found(Path(self._spec.takes)) if self._spec.takes is not None else []

    def _reading(self, path: Path) -> TakeFile:
        size = path.stat().st_size
        known = self._read.get(path)
        if known is None or known[0] != size:
            known = self._read[path] = (size, read_take(path))
        return known[1]


def _roll(clip: Clip) -> dict[str, Any]:
    """What a piano roll draws: ticks of 480 a beat, MIDI notes, velocities."""
    return {
        "name": clip.name,
        "bars": clip.bars,
        "ticks": clip.ticks,
        "bpm": clip.bpm,
        "notes": [[round(note.tick, 1), note.note, note.velocity] for note in clip.notes],
    }
