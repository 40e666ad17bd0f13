"""Clips as .alc files for Live's browser, from a template taken from the user's own set.

Nobody has opened one of them in Live yet: UNTRIED says so wherever one is written. TEST-PLAN has
the cases for whoever does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from platformdirs import user_data_path

from engine.errors import ConfigError, DeliveryError
from engine.takes.clip import Clip
from live.ableton.als_clip import SLOT, fill
from live.ableton.als_prune import prune
from live.ableton.als_xml import SetFile, packed, read_set
from live.system.atomic_write import write_at, write_new

UNTRIED = "not yet opened in Live by us"
HINT = "take one from a set of yours: drumigen template MySet.als"


def default_template() -> Path:
    """Where the user's template lies."""
    return user_data_path("drumigen", appauthor=False) / "template.als"


def take_template(source: Path, target: Path, track: str | None = None) -> str:
    """Cut a set of the user's down to a template; says which track it is of, and which Live.

    The set itself is only read. ConfigError names the file and what is wrong with it; also where
    something other than a template would be replaced.
    """
    live = read_set(source)
    name = prune(live, track)
    if target.exists() and not _is_template(target):
        raise ConfigError(f"{target}: is there already, and not a template; choose another name")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_at(target, packed(live.root), replace=True)
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written ({error.strerror})") from error
    return f"{target}: track {name!r} of {source.name}, {live.maker} ({UNTRIED})"


def alc(template: Path, clip: Clip) -> bytes:
    """The bytes of an .alc; ConfigError if the template cannot be used."""
    if not template.exists():
        raise ConfigError(f"{template}: no template; {HINT}")
    live = read_set(template)
    fill(live, _slot_clip(live), clip)
    return packed(live.root)


def write_alc(template: Path, clip: Clip, path: Path) -> None:
    """Write a clip; ConfigError if the template cannot be used, OSError if it cannot be written.

    FileExistsError if something is there: a clip never replaces another.
    """
    write_at(path, alc(template, clip))


@dataclass(frozen=True, slots=True)
class AlcFolder:
    """A folder that clips go to, one .alc each, named as MidiFolder names them.

    A clip of Live's has no tempo of its own: the name tells it.
    """

    folder: Path
    template: Path
    today: Callable[[], datetime] = datetime.now

    def deliver(self, clip: Clip) -> str:
        """Write a clip; its path. DeliveryError names path and reason."""
        try:
            data = alc(self.template, clip)
        except ConfigError as error:
            raise DeliveryError(f"no .alc of {clip.name}: {error}") from error
        name = f"{self.today():%Y-%m-%d} {clip.name}"
        return f"{write_new(self.folder, name, '.alc', data)} ({UNTRIED})"


def template(source: Path, target: Path | None, track: str | None) -> int:
    """`drumigen template`."""
    print(take_template(source, target or default_template(), track))
    return 0


def _slot_clip(live: SetFile) -> Element:
    """The one clip of a template; ConfigError if it is none."""
    tracks, scenes = live.need(live.body, "Tracks"), live.need(live.body, "Scenes")
    clips = tracks.findall(f"MidiTrack/{SLOT}/MidiClip")
    if (len(tracks), len(scenes), len(clips)) != (1, 1, 1):
        live.fault(f"not a template but a whole set; {HINT}")
    return clips[0]


def _is_template(path: Path) -> bool:
    """Whether a file may be replaced: it is such a set, and holds no notes and no devices."""
    try:
        live = read_set(path)
        notes = _slot_clip(live).find("Notes/KeyTracks/KeyTrack")
    except ConfigError:
        return False
    return notes is None and live.root.find(".//DeviceChain/Devices/*") is None
