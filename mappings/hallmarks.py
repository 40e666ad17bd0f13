"""The hallmarks of a style file: rules over voices and places, as musicians count them.

`at: "1 2& 3a"` are beats, their eighths (&) and sixteenths (e, a); trip and let are the second
and third triplet of a beat, as in "one trip let".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.names import instead
from engine.score.grid import FOUR_FOUR, TICKS_PER_BEAT
from engine.score.hallmarks import KINDS, Hallmark
from engine.score.notes import Bar, Voice
from engine.score.style import MARKS
from mappings.yaml_fields import Fields

KEYS = (
    *("name", "kind", "text", "voices", "at", "strokes", "velocity", "share"),
    *("mark", "source"),
)
_BEATS = 4
_MOST = 64  # moments of a bar; a rule without an upper end says so
_PARTS = {
    **{"": 0, "e": TICKS_PER_BEAT // 4, "&": TICKS_PER_BEAT // 2, "a": TICKS_PER_BEAT * 3 // 4},
    **{"trip": TICKS_PER_BEAT // 3, "let": TICKS_PER_BEAT * 2 // 3},
}
_SPANS = {
    "beats": ("",),
    "8ths": ("", "&"),
    "16ths": ("", "e", "&", "a"),
    "triplets": ("", "trip", "let"),
    "offbeats": ("&",),
}
_PLACE = re.compile(r"([1-4])(e|&|a|trip|let|)")
_ALLOWED = "places of a bar, as in '1 2& 3a 4e' or '1trip 2let', or of " + ", ".join(_SPANS)


def read_hallmarks(top: Fields, bars: Sequence[Bar]) -> tuple[Hallmark, ...]:
    """The hallmarks of a style file, each kept by one of its own beats at least.

    Empty where the file has none. MappingError for a bad one, for two of one name, and for one
    that no beat in 4/4 keeps.
    """
    if "hallmarks" not in top.values:
        return ()
    beats = [bar for bar in bars if bar.meter == FOUR_FOUR and not bar.fill and not bar.part]
    rules: dict[str, Hallmark] = {}
    for row in top.rows("hallmarks", KEYS):
        rule = _from_pattern(row, _hallmark(row), beats)
        if rule.name in rules:
            raise row.wrong("name", rule.name, "a name of its own: another hallmark has it")
        rules[rule.name] = rule
    return tuple(rules.values())


def _hallmark(row: Fields) -> Hallmark:
    name = row.identifier("name")
    row.where = f"{row.where} {name}"
    fewest, most = row.rising("strokes", 2, 0, _MOST)
    softest, loudest = row.rising("velocity", 2, 1, 127) if "velocity" in row.values else (1, 127)
    return Hallmark(
        name=name,
        kind=row.choice("kind", KINDS),
        voices=_voices(row),
        places=_places(row),
        fewest=fewest,
        most=most,
        softest=softest,
        loudest=loudest,
        share=row.number("share", 0, 1),
        text=" ".join(row.text("text").split()),
        mark=row.choice("mark", MARKS),
        source=" ".join(row.text("source").split()),
    )


def _voices(row: Fields) -> tuple[Voice, ...]:
    known = [voice.value for voice in Voice]
    allowed = "a list of voices: " + ", ".join(known)
    value = row.get("voices", allowed)
    if not isinstance(value, list) or not value:
        raise row.wrong("voices", value, allowed)
    for voice in value:
        if voice not in known:
            raise row.wrong("voices", voice, instead(voice, known))
    return tuple(Voice(voice) for voice in value)


def _places(row: Fields) -> tuple[int, ...]:
    """Ticks from the bar line, in order; none where the key is left out: anywhere."""
    if "at" not in row.values:
        return ()
    value = row.get("at", _ALLOWED)
    text = str(value) if type(value) is int and 0 < value <= _BEATS else value  # `at: 1`
    if not isinstance(text, str):
        raise row.wrong("at", value, _ALLOWED)
    ticks: set[int] = set()
    for word in text.split():
        if word in _SPANS:
            ticks |= {_tick(beat, part) for beat in range(_BEATS) for part in _SPANS[word]}
        elif place := _PLACE.fullmatch(word):
            ticks.add(_tick(int(place[1]) - 1, place[2]))
        else:
            raise row.wrong("at", word, _ALLOWED)
    if not ticks:
        raise row.wrong("at", text, _ALLOWED)
    return tuple(sorted(ticks))


def _tick(beat: int, part: str) -> int:
    return beat * TICKS_PER_BEAT + _PARTS[part]


def _from_pattern(row: Fields, rule: Hallmark, beats: Sequence[Bar]) -> Hallmark:
    """With the strokes of the first beat that keeps it, to mend others from."""
    for bar in beats:
        if rule.keeps(bar):
            return replace(rule, strokes=tuple(hit for hit in bar.hits if rule.counts(hit)))
    raise row.wrong("", rule.name, "kept by any of the file's beats in 4/4")
