"""Files of Live as XML trees: .als sets and .alc clips are the same, gzip of UTF-8 XML.

xml.etree is enough, without lxml or defusedxml: what is read is the user's own set, nothing is
fetched by expat, and what an XML file can do to its reader is refused here: a DOCTYPE, by which
alone entities can be declared, and more than LIMIT bytes behind the gzip.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from engine.errors import ConfigError

# Bytes of XML. A set of 42 tracks and 343 scenes has some 200 MB; the tree takes ten times it.
LIMIT = 256 * 1024 * 1024
SCHEMA = re.compile(r"(\d+)\.\d+_(\d+)")  # MinorVersion: 12.0_12203 is Live 12.2
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class SetFile:
    """A set and the file it was read from, which every complaint about it names."""

    path: Path
    root: Element

    @property
    def body(self) -> Element:
        """What holds the tracks and scenes."""
        return self.need(self.root, "LiveSet")

    @property
    def schema(self) -> tuple[int, int]:
        """Live's version and its build's, (12, 12203) of Live 12.2; ConfigError without."""
        found = SCHEMA.fullmatch(self.root.get("MinorVersion", ""))
        if found is None:
            self.fault(f'MinorVersion="{self.root.get("MinorVersion")}" is of no Live that we know')
        return int(found[1]), int(found[2])

    @property
    def maker(self) -> str:
        """Who saved it, in words."""
        creator, minor = self.root.get("Creator", "Live"), self.root.get("MinorVersion")
        return f"{creator}, schema {minor}"

    def need(self, inside: Element, where: str) -> Element:
        """The element at a path inside another; ConfigError if there is none."""
        found = inside.find(where)
        if found is None:
            self.fault(f"no <{where}> in <{inside.tag}> (saved by {self.maker})")
        return found

    def fault(self, words: str) -> NoReturn:
        """Raise ConfigError with the file's name before the words."""
        raise ConfigError(f"{self.path}: {words}")


def read_set(path: Path) -> SetFile:
    """Read an .als or .alc; ConfigError says why it cannot be one."""
    try:
        with gzip.open(path) as file:
            data = file.read(LIMIT + 1)
    except gzip.BadGzipFile as error:
        raise ConfigError(f"{path}: not gzip, so no set that Live saved") from error
    except (EOFError, zlib.error) as error:
        raise ConfigError(f"{path}: damaged ({error})") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    if len(data) > LIMIT:
        raise ConfigError(f"{path}: unpacks to more than {LIMIT >> 20} MB; save a smaller set")
    try:
        parser = XMLParser(target=_NoDoctype())
        parser.feed(data)
        root: Element = parser.close()
    except ParseError as error:
        raise ConfigError(f"{path}: not XML ({error})") from error
    except _DoctypeError:
        raise ConfigError(f"{path}: has a DOCTYPE, which Live never writes") from None
    if root.tag != "Ableton":
        raise ConfigError(f"{path}: not a Live set: <{root.tag}> where <Ableton> must be")
    found = SetFile(path, root)
    found.need(root, "LiveSet")
    return found


def packed(root: Element) -> bytes:
    """The bytes of a file, always the same of the same tree.

    The gzip header has FLG = 0 and MTIME = 0: Live's browser passes over a clip whose FLG is not 0.
    """
    ElementTree.indent(root, "\t")
    xml = ElementTree.tostring(root, encoding="utf-8")
    return gzip.compress(b'<?xml version="1.0" encoding="UTF-8"?>\n' + xml + b"\n", mtime=0)


class _DoctypeError(Exception):
    """There is one."""


class _NoDoctype(TreeBuilder):
    """Ends at a DOCTYPE, before anything in it is read."""

    def doctype(self, *_: object) -> NoReturn:
        raise _DoctypeError


# ---- small changes of a tree
def put(inside: Element, where: str, value: str) -> None:
    """Set the Value of every element at a path, where there are any."""
    for element in inside.iterfind(where):
        element.set("Value", value)


def empty(element: Element) -> None:
    """Take all out of it."""
    del element[:]
    element.text = None


def value(element: Element, where: str, default: str = "") -> str:
    """The Value of the element at a path, or the default."""
    found = element.find(where)
    return default if found is None else found.get("Value", default)


def ids(root: Element) -> Iterator[int]:
    """Every Id that is a number."""
    for element in root.iter():
        number = element.get("Id", "")
        if number.isdecimal():
            yield int(number)


def number(amount: float) -> str:
    """As Live writes it: no exponent, and all digits that it takes to read the same back."""
    words = format(Decimal(repr(float(amount))), "f")
    return words.removesuffix(".0")


def text(words: str) -> str:
    """Without what XML cannot hold (control characters, halves of a surrogate pair)."""
    return _NOT_XML.sub("", words)
