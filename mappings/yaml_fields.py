"""YAML files read strictly: every mistake names the file, the key, the value and what is allowed.

Unknown and doubled keys are mistakes too: a misspelt key would otherwise be silently ignored.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from importlib.resources.abc import Traversable

import yaml
from yaml.constructor import SafeConstructor

from engine.errors import MappingError
from engine.names import FEW, hint, instead, one_of
from mappings.wording import shown

# What PyYAML lets through on crafted files, beside its own error: `!!int ""`, `!!bool maybe`,
# `!!timestamp x`, 2024-99-99, a mapping merged into itself (found by fuzzing).
_CRAFTED = (
    *(yaml.YAMLError, ValueError, LookupError, AttributeError),
    *(TypeError, OverflowError, RecursionError),
)
_IDENTIFIER = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_UNTYPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # in no name or path


# libyaml's parser where PyYAML was built with it: the style bank loads several times faster.
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Traversable) -> object:
    """What a UTF-8 YAML file holds; MappingError when it cannot be read or parsed."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise MappingError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MappingError(f"{path}: byte {error.start} is not UTF-8") from error
    try:
        node = yaml.compose(text, Loader=_PARSER)
        _refuse_doubles(node)
        return SafeConstructor().construct_document(node) if node else None
    except _CRAFTED as error:
        told = isinstance(error, yaml.YAMLError | ValueError)
        why = " ".join(str(error).split()) if told else _said(error)
        raise MappingError(f"{path}: not YAML: {why}") from error


def _said(error: Exception) -> str:
    deep = isinstance(error, RecursionError)
    return "brackets or aliases without end" if deep else f"a value that its tag has not ({error})"


def _refuse_doubles(root: yaml.Node | None) -> None:
    """Of two equal keys YAML takes the last, silently; here that is an error."""
    waiting = [root]
    done: set[int] = set()  # an alias may lead back to where it stands
    while waiting:
        node = waiting.pop()
        if id(node) in done:
            continue
        done.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            _refuse_double_keys([key for key, _ in node.value])
            waiting += [value for _, value in node.value]


def _refuse_double_keys(keys: list[yaml.Node]) -> None:
    seen: set[str] = set()
    for key in keys:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"{key.value!r} stands twice", problem_mark=key.start_mark
                )
            seen.add(key.value)


class Fields:
    """The keys of one mapping in a file; each is read by what it may hold.

    `where` is the path of keys to it, "" at the top. A key without a default must be there.
    """

    def __init__(self, file: str, where: str, value: object, keys: Collection[str]) -> None:
        self.file = file
        self.where = where
        if not isinstance(value, Mapping):
            raise self.wrong("", value, "a mapping of " + ", ".join(keys))
        for key in value:
            if key not in keys:
                near = hint(key, keys)
                every = "" if near and len(keys) > FEW else "; known are " + ", ".join(keys)
                raise self.wrong(str(key), value[key], f"at a known key{every}{near}")
        self.values: Mapping[str, object] = value

    def wrong(self, key: str, value: object, allowed: str) -> MappingError:
        """The error that says what is allowed instead of a value."""
        path = ".".join(part for part in (self.where, key) if part)
        return MappingError(f"{self.file}: {path or 'the file'}: {shown(value)} is not {allowed}")

    def get(self, key: str, allowed: str, default: object = None) -> object:
        """The value of a key, or the default; MappingError when neither is there."""
        value = self.values.get(key, default)
        if value is None and isinstance(default, Mapping):  # "osc:", its lines commented out
            value = default
        if value is None:
            path = ".".join(part for part in (self.where, key) if part)
            raise MappingError(f"{self.file}: {path}: is missing; it must be {allowed}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self.get(key, "a text", default)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, value, "a text")
        if _UNTYPED.search(value):
            raise self.wrong(key, value, "a text without control characters")
        return value.strip()

    def identifier(self, key: str) -> str:
        """A name that people may type: small letters and digits, parted by single underscores."""
        value = self.text(key)
        if not _IDENTIFIER.fullmatch(value):
            raise self.wrong(key, value, "small letters and digits, parted by single underscores")
        return value

    def choice(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """One of some words."""
        value = self.get(key, one_of(choices), default)
        if not isinstance(value, str) or value not in choices:
            raise self.wrong(key, value, instead(value, choices))
        return value

    def flag(self, key: str) -> bool:
        """true or false."""
        value = self.get(key, "true or false")
        if not isinstance(value, bool):
            raise self.wrong(key, value, "true or false")
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number in a closed range."""
        value = self.get(key, f"a number from {low:g} to {high:g}", default)
        return self.in_range(key, value, low, high)

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number in a closed range."""
        allowed = f"a whole number from {low} to {high}"
        value = self.get(key, allowed, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(key, value, allowed)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts that are not empty; left out it is an empty one."""
        value = self.values.get(key)
        good = isinstance(value, list) and all(
            isinstance(one, str) and one.strip() for one in value
        )
        if value is not None and not good:
            raise self.wrong(key, value, "a list of texts")
        return tuple(value) if isinstance(value, list) else ()

    def rising(self, key: str, count: int, low: int, high: int) -> tuple[int, ...]:
        """So many whole numbers in a closed range, none lower than the one before."""
        allowed = f"{count} whole numbers from {low} to {high}, lowest first"
        value = self.get(key, allowed)
        good = (
            isinstance(value, list)
            and len(value) == count
            and all(type(n) is int and low <= n <= high for n in value)
            and value == sorted(value)
        )
        if not good or not isinstance(value, list):
            raise self.wrong(key, value, allowed)
        return tuple(value)

    def in_range(self, key: str, value: object, low: float, high: float) -> float:
        """The value as a float when it is a number of the range, else MappingError."""
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        if not numeric or not low <= value <= high:  # type: ignore[operator]
            raise self.wrong(key, value, f"a number from {low:g} to {high:g}")
        return float(value)  # type: ignore[arg-type]

    def under(self, key: str, keys: Collection[str], default: object = None) -> Fields:
        """The mapping under a key; with a default one whose lines are all commented out too."""
        value = self.get(key, "a mapping of " + ", ".join(keys), default)
        return Fields(self.file, ".".join(p for p in (self.where, key) if p), value, keys)

    def rows(self, key: str, keys: Collection[str]) -> tuple[Fields, ...]:
        """The mappings of the list under a key; at least one."""
        value = self.get(key, "a list")
        if not isinstance(value, list) or not value:
            raise self.wrong(key, value, "a list of mappings of " + ", ".join(keys))
        path = ".".join(part for part in (self.where, key) if part)
        return tuple(
            Fields(self.file, f"{path}[{i}]", row, keys) for i, row in enumerate(value, start=1)
        )
