"""What Link's process is given, and whether its library is there: it is GPL and optional."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

from live.link.session import Look, Terms

LIBRARY, PACKAGE = "link", "LinkPython-extern"
MISSING = (
    f"clock: link needs the package {PACKAGE}, which is GPL and therefore not brought along:"
    f" pip install {PACKAGE}"
)


@dataclass(frozen=True, slots=True)
class LinkSpec:
    """`bpm` is the session's tempo if nobody else is there; `told` is where it stood last."""

    bpm: float
    terms: Terms
    told: Look | None = None


def library_version() -> str | None:
    """The version of Link's package; None where it is not installed."""
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        return None
