"""The one table of controls: controllers, OSC, screens, command line and docs are drawn from it.

Performed controls act on every note not yet sent, composed ones on bars not yet begun,
triggers do one thing when they go up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.controls.control import Control, Curve, Kind
from engine.score.grid import FOUR_FOUR, METERS
from engine.score.notes import GROUPS
from engine.score.song_parts import FREE, PARTS
from engine.score.style import Style

Styles = Mapping[str, Style] | Collection[str]

SNAPSHOTS = tuple("abcdefgh")
LISTED_BY, STYLES_LISTED_BY = "drumigen controls", "drumigen styles"
CLIP_BARS = ("1", "2", "4", "8", "16")


def _performed(name: str, low: float, high: float, default: float, unit: str, text: str) -> Control:
    return Control(name, Kind.PERFORMED, text, unit, low, high, default)


def _composed(name: str, low: float, high: float, default: float, unit: str, text: str) -> Control:
    return Control(name, Kind.COMPOSED, text, unit, low, high, default)


def _switch(name: str, kind: Kind, text: str) -> Control:
    return Control(name, kind, text, step=1.0)


def _trigger(name: str, text: str) -> Control:
    return Control(name, Kind.TRIGGER, text, step=1.0)


def _offset(name: str, range_ms: float, text: str) -> Control:
    return Control(name, Kind.PERFORMED, text, "ms", -range_ms, range_ms, curve=Curve.FINE)


def _density(group: str) -> Control:
    text = f"the {group} thinner (-), or spared by density (+)"
    return Control(f"density_{group}", Kind.PERFORMED, text, low=-1.0, curve=Curve.FINE)


def _level(group: str) -> Control:
    return Control(
        f"level_{group}",
        Kind.PERFORMED,
        f"loudness of the {group}",
        high=2.0,
        default=1.0,
        curve=Curve.FINE,
    )


def _difference(name: str, group: str, range_: float, unit: str, text: str) -> Control:
    return Control(
        f"{name}_{group}",
        Kind.PERFORMED,
        f"{name} of the {group}: {text} (-) or more (+) than all",
        unit,
        -range_,
        range_,
        curve=Curve.FINE,
    )


def _style(name: str, default: str, styles: Styles, text: str) -> Control:
    choices = tuple(styles)
    bank = styles.values() if isinstance(styles, Mapping) else ()
    return Control(
        name,
        Kind.COMPOSED,
        text,
        default=default if default in choices else choices[0],
        choices=choices,
        places=tuple(style.place for style in bank if style.place is not None),
        aliases=tuple((alias, style.name) for style in bank for alias in style.aliases),
        listed_by=STYLES_LISTED_BY,
    )


def _groups() -> list[Control]:
    """Eight controls for every group of voices."""
    return [
        *(_density(g) for g in GROUPS),
        *(_level(g) for g in GROUPS),
        *(_difference("swing", g, 25, "%", "straighter") for g in GROUPS),
        *(_difference("humanize", g, 2, "", "nearer the grid") for g in GROUPS),
        *(_difference("dynamics", g, 2, "", "more even") for g in GROUPS),
        *(_switch(f"mute_{g}", Kind.PERFORMED, f"silence the {g}") for g in GROUPS),
        *(_switch(f"solo_{g}", Kind.PERFORMED, f"{g} alone, or more on solo") for g in GROUPS),
        *(_switch(f"lock_{g}", Kind.COMPOSED, f"the same {g} in every bar") for g in GROUPS),
    ]


def _snapshots() -> list[Control]:
    """Two triggers for each snapshot."""
    return [
        *(_trigger(f"store_{s}", f"keep all controls as snapshot {s.upper()}") for s in SNAPSHOTS),
        *(_trigger(f"recall_{s}", f"all controls as in snapshot {s.upper()}") for s in SNAPSHOTS),
    ]


def table(styles: Styles) -> dict[str, Control]:
    """All controls by name, in the order people read them.

    `styles` is the bank, those with places first; names alone are spread evenly.
    """
    rows = [
        _style("style", "funk", styles, "who plays"),
        _style("style_b", "jazz", styles, "who plays at the other end of the morph"),
        _composed("morph", 0, 1, 0, "", "from style (0) to style_b (1)"),
        _composed("strength", 0, 1, 0.5, "", "how strictly style and knobs are followed"),
        _composed("density", 0, 1, 0.5, "", "few or many hits; less is heard at once"),
        _composed("complexity", 0, 1, 0.5, "", "on the beat or between the beats"),
        _composed("variation", 0, 1, 0.5, "", "a locked loop, or ever new bars"),
        _composed("temperature", 0.5, 1.5, 1.0, "", "how far the drummer dares to go"),
        Control(
            "fill_every",
            Kind.COMPOSED,
            "a fill in the last of so many bars",
            "bars",
            default="8",
            choices=("off", "2", "4", "8", "16"),
        ),
        _composed("fill_amount", 0, 1, 1, "", "how much of its bar a fill takes: 0.25 a beat of 4"),
        _composed("fill_complexity", 0, 1, 0.5, "", "fills on the beat or between the beats"),
        Control(
            "phrase",
            Kind.COMPOSED,
            "bars that belong together; the theme comes back at the first",
            "bars",
            default="8",
            choices=("4", "8", "16"),
        ),
        Control(
            "part",
            Kind.COMPOSED,
            "of the song; it comes with the next phrase, a fill leads into it",
            default=FREE,
            choices=(FREE, *PARTS),
        ),
        Control(
            "meter",
            Kind.COMPOSED,
            "the time signature; the trained drummer plays 4/4, patterns play the others",
            default=str(FOUR_FOUR),
            choices=tuple(METERS),
        ),
        Control(
            "time",
            Kind.COMPOSED,
            "the backbeat at half or double the speed; hats and rides go on as they are",
            default="normal",
            choices=("half", "normal", "double"),
        ),
        _switch("loop", Kind.COMPOSED, "the last two bars over and over, exactly"),
        _composed("follow", 0, 1, 0, "", "bars take after the notes that you play to the drummer"),
        Control("seed", Kind.COMPOSED, "other dice for the same knobs", high=127, step=1.0),
        _trigger("fill", "the next bar is a fill"),
        _trigger("fill_now", "a fill from the next beat to the end of the bar"),
        _trigger("new_idea", "leave this groove for another one"),
        _trigger("undo", "back to the groove before the last change; again: forth"),
        _performed("swing", 50, 75, 50, "%", "where the second of a pair falls; 66.7 is a triplet"),
        Control(
            "swing_grid",
            Kind.PERFORMED,
            "which pairs swing",
            "notes",
            default="16",
            choices=("8", "16"),
        ),
        _performed("humanize", 0, 2, 1, "", "microtiming: 0 the grid, 1 the style's own, 2 drunk"),
        _offset("push", 40, "ahead of the beat (-) or behind it (+)"),
        _performed("intensity", 0, 1, 0.5, "", "how hard the drummer hits"),
        _performed("dynamics", 0, 2, 1, "", "velocity variation: 0 all alike, 1 as played"),
        _performed("ghost", 0, 2, 1, "", "ghost notes: 0 none, 1 as played, 2 more of them"),
        *_groups(),
        *_snapshots(),
        _trigger("capture", "make a clip of the last bars that were played"),
        Control(
            "capture_bars",
            Kind.PERFORMED,
            "how many bars capture takes",
            "bars",
            default="4",
            choices=CLIP_BARS,
        ),
        _switch("record", Kind.PERFORMED, "make a clip of the bars from now until it is off"),
        _offset("note_offset", 100, "send notes earlier (-) or later (+)"),
        _offset("clock_offset", 100, "take the clock for earlier (-) or later"),
        _performed("tempo", 20, 300, 100, "BPM", "of our own clock; in a Link session a proposal"),
        _trigger("play", "start the internal clock"),
        _trigger("stop", "stop the drummer"),
        _trigger("panic", "silence every note at once"),
    ]
    return {row.name: row for row in rows}
