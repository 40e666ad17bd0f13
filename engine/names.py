"""Names as people type them: how they compare, and the nearest of those that are known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import SequenceMatcher
from itertools import chain
from types import MappingProxyType

FEW = 10  # names that an error still lists whole
LONGEST = 100  # letters of a word for which a near name is looked for
NEAR = 0.7  # likeness 0..1 from which on a name is near
BESIDE = 0.15  # how much less alike than the nearest the next ones may be
BEGUN = 0.75  # likeness of a name that begins with the word
SHORTEST = 3  # letters of such a word
NONE: Mapping[str, str] = MappingProxyType({})


def plain(text: str) -> str:
    """Names compare without case, spaces, hyphens, underscores: "J Dilla" is j_dilla, & is and."""
    return "".join(sign for sign in text.casefold().replace("&", "and") if sign.isalnum())


def key(value: object) -> str:
    """What names compare by; numbers as numbers: 8.0 is "8", 1.6 is not "16"."""
    try:
        return repr(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return plain(str(value))


def nearest(
    word: object, known: Collection[str], aliases: Mapping[str, str] = NONE, most: int = 3
) -> list[str]:
    """The nearest of known names, the nearest first; by an alias too its name is found.

    It takes a millisecond for some hundred names.
    """
    if not isinstance(word, str) or len(word) > LONGEST or not (wanted := plain(word)):
        return []
    matcher = SequenceMatcher(None, "", wanted)
    likeness: dict[str, float] = {}
    for spelling, name in chain(((name, name) for name in known), aliases.items()):
        like = _likeness(matcher, plain(spelling), wanted)
        likeness[name] = max(like, likeness.get(name, 0.0))
    best = max(likeness.values(), default=0.0)
    near = [name for name, like in likeness.items() if like >= max(NEAR, best - BESIDE)]
    return sorted(near, key=lambda name: -likeness[name])[:most]


def _likeness(matcher: SequenceMatcher[str], name: str, wanted: str) -> float:
    """0..1, 0 also for what is not near."""
    begun = BEGUN if len(wanted) >= SHORTEST and name.startswith(wanted) else 0.0
    matcher.set_seq1(name)
    if matcher.real_quick_ratio() < NEAR or matcher.quick_ratio() < NEAR:
        return begun
    return max(begun, matcher.ratio())


def hint(word: object, known: Collection[str], aliases: Mapping[str, str] = NONE) -> str:
    """The nearest names as the end of an error; "" where none is near."""
    *others, last = nearest(word, known, aliases) or [""]
    names = f"{', '.join(others)} or {last}" if others else last
    return f"; did you mean {names}?" if names else ""


def one_of(known: Collection[str], listed_by: str = "") -> str:
    """What is allowed: few names whole, of many the command that lists them."""
    if len(known) > FEW and listed_by:
        return f"one of the {len(known)} that `{listed_by}` lists"
    return "one of " + ", ".join(known)


def instead(
    word: object,
    known: Collection[str],
    listed_by: str = "",
    aliases: Mapping[str, str] = NONE,
    other: str = "",
) -> str:
    """What is allowed instead of a word: few names whole, of many the nearest, if one is near.

    `other` says what else is allowed.
    """
    near = hint(word, known, aliases)
    if near and len(known) > FEW and not listed_by:
        return f"one of {len(known)} names{other}{near}"
    return one_of(known, listed_by) + other + near
