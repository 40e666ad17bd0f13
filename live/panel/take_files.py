"""The takes as the page lists, draws and downloads them; only files of the takes' folder."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Response

from engine.errors import TakeError
from engine.takes.clip import Clip, clip_of
from live.panel.spec import PanelSpec
from live.takes.folder import found, name_of
from live.takes.labels import TRASH, Label, cleaned, label_of, put_away, take_back, write_label
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
        """The newest takes and those with a star, the newest first."""
        rows = []
        paths = self._paths()
        starred = [path for path in paths[:-NEWEST] if label_of(path).starred]
        for path in reversed(starred + paths[-NEWEST:]):
            label = label_of(path)
            row: dict[str, Any] = {"name": name_of(path), "label": label.name}
            row["starred"] = label.starred
            try:
                rows.append(row | self._row(self._summary(path)))
            except (TakeError, OSError) as error:
                rows.append(row | {"fault": str(error)})
        return rows

    def _row(self, summary: TakeSummary) -> dict[str, Any]:
        length, _, _, bpm, styles, damage = summary.words()
        names = [self._titles.get(name, name) for name in styles.split(", ") if name]
        figures = {"length": length, "bars": summary.bars, "notes": summary.notes, "bpm": bpm}
        return {**figures, "styles": ", ".join(names), "fault": damage}

    # ---- what hands do to them; TakeError says why not
    def label(self, name: str, called: str | None, starred: bool | None) -> None:
        """Give a take another name or a star, or take them away; None leaves as it is."""
        path = self._path(name)
        known = label_of(path)
        called = known.name if called is None else cleaned(called)
        write_label(path, Label(called, known.starred if starred is None else starred))

    def delete(self, name: str) -> None:
        """Put a take into the trash, from where restore() brings it back."""
        path = self._path(name)
        if _moment(TakeReader(path).header.began) >= self._spec.began:
            raise TakeError(f"{name}: it is being played; delete it when the performance is over")
        put_away(path)

    def restore(self, name: str) -> None:
        """Bring a take back that was deleted."""
        for folder in self._folders():
            for path in found(folder / TRASH):
                if name_of(path) == name and take_back(folder, path.name):
                    return
        raise TakeError(f"no take called {name!r} was deleted")

    def clip(self, file: str) -> Response:
        """A clip of the clips' folders as a file."""
        for folder in map(Path, self._spec.clips):
            path = folder / file
            if Path(file).name == file and file.endswith(MIDI) and path.is_file():
                return _download(file, path.read_bytes())
        raise TakeError(f"no clip is called {file!r}")

    # ---- what they hold
    def answer(self, name: str, bars: str | None) -> Response:
        """A take's bars: `NAME.mid` as a file, `NAME` as a drawing; TakeError for no take."""
        wanted = name.removesuffix(MIDI)
        clip = self._clip(self._path(wanted), bars)
        if not name.endswith(MIDI):
            return Response(json.dumps(_roll(clip)), media_type="application/json")
        return _download(f"{clip.name}.mid", write(clip))

    def _clip(self, path: Path, bars: str | None) -> Clip:
        numbers = None if bars == "all" else numbers_of(bars)
        chosen = selected(TakeReader(path), numbers, None if bars else LOOKED_AT)
        whole = [bar for bar in chosen if bar.whole]
        whole = whole if bars else whole[-DRAWN:]
        if not whole:
            raise TakeError(f"{path.name}: no whole bar was played there")
        return clip_of(whole, edge=self._spec.early, titles=self._titles)

    def _folders(self) -> list[Path]:
        spec = self._spec
        return [Path(one) for one in (spec.takes, *spec.rescued)] if spec.takes is not None else []

    def _paths(self) -> list[Path]:
        return found(*self._folders())

    def _path(self, name: str) -> Path:
        path = next((p for p in self._paths() if name_of(p) == name), None)
        if path is None:
            raise TakeError(f"no take is called {name!r}")
        return path

    def _summary(self, path: Path) -> TakeSummary:
        status = path.stat()
        stamp = (status.st_size, status.st_mtime_ns)
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            known = self._known[path] = (stamp, summary_of(path))
        return known[1]


def _moment(began: str) -> float:
    """Seconds since 1970; long ago for what is no moment."""
    try:
        return datetime.fromisoformat(began).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _download(file: str, data: bytes) -> Response:
    kept = f"attachment; filename*=UTF-8''{quote(file)}"
    return Response(data, media_type="audio/midi", headers={"Content-Disposition": kept})


def _roll(clip: Clip) -> dict[str, Any]:
    """What a piano roll draws: ticks of 480 a beat, MIDI notes, velocities."""
    return {
        "name": clip.name,
        "bars": clip.bars,
        "ticks": clip.ticks,
        "bpm": clip.bpm,
        "notes": [[round(note.tick, 1), note.note, note.velocity] for note in clip.notes],
    }
