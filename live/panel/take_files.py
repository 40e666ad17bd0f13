"""The takes as the page lists, draws and downloads them; only files of the takes' folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Response

from engine.errors import TakeError
from engine.takes.clip import Clip, clip_of
from live.panel.spec import PanelSpec
from live.takes.folder import found, name_of
from live.takes.listing import NEWEST, numbers_of
from live.takes.reader import TakeReader
from live.takes.selection import selected
from live.takes.summary import TakeSummary, summary_of
from model.midi_files.drum_file import write

DRAWN = 8  # bars of a piano roll, the last
LOOKED_AT = 64  # bars among which the last whole ones are
MIDI = ".mid"


class TakeFiles:
    """What was counted is kept while the files stay as they are: an hour takes half a second."""

    def __init__(self, spec: PanelSpec) -> None:
        self._spec = spec
        self._titles = {name: style.title for name, style in spec.styles.items()}
        self._known: dict[Path, tuple[tuple[int, int], TakeSummary]] = {}

    def takes(self) -> list[dict[str, Any]]:
        """The newest takes, the newest first."""
        rows = []
        for path in reversed(self._paths()[-NEWEST:]):
            try:
                rows.append({"name": name_of(path), **self._row(self._summary(path))})
            except (TakeError, OSError) as error:
                rows.append({"name": name_of(path), "fault": str(error)})
        return rows

    def _row(self, summary: TakeSummary) -> dict[str, Any]:
        length, _, _, bpm, styles, damage = summary.words()
        names = [self._titles.get(name, name) for name in styles.split(", ") if name]
        figures = {"length": length, "bars": summary.bars, "notes": summary.notes, "bpm": bpm}
        return {**figures, "styles": ", ".join(names), "fault": damage}

    def answer(self, name: str, bars: str | None) -> Response:
        """A take's bars: `NAME.mid` as a file, `NAME` as a drawing; TakeError for no take."""
        wanted = name.removesuffix(MIDI)
        path = next((p for p in self._paths() if name_of(p) == wanted), None)
        if path is None:
            raise TakeError(f"no take is called {wanted!r}")
        clip = self._clip(path, bars)
        if not name.endswith(MIDI):
            return Response(json.dumps(_roll(clip)), media_type="application/json")
        kept = f"attachment; filename*=UTF-8''{quote(f'{clip.name}.mid')}"
        return Response(write(clip), media_type="audio/midi", headers={"Content-Disposition": kept})

    def _clip(self, path: Path, bars: str | None) -> Clip:
        numbers = None if bars == "all" else numbers_of(bars)
        chosen = selected(TakeReader(path), numbers, None if bars else LOOKED_AT)
        whole = [bar for bar in chosen if bar.whole]
        whole = whole if bars else whole[-DRAWN:]
        if not whole:
            raise TakeError(f"{path.name}: no whole bar was played there")
        return clip_of(whole, edge=self._spec.early, titles=self._titles)

    def _paths(self) -> list[Path]:
        spec = self._spec
        return found(*map(Path, (spec.takes, *spec.rescued))) if spec.takes is not None else []

    def _summary(self, path: Path) -> TakeSummary:
        status = path.stat()
        stamp = (status.st_size, status.st_mtime_ns)
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            known = self._known[path] = (stamp, summary_of(path))
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
