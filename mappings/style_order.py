"""Where each style stands on a knob: the places of ours are frozen, new ones only appended.

A style's place is its CC value, its program change and, over 127, its OSC unit value: a project
that was automated today must choose the same styles with next year's bank. So no line of ORDER is
moved or removed; a style that is given up leaves its line. Places from OWN on are the user's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain, repeat

from engine.controls.control import PLACES
from engine.errors import MappingError
from engine.score.style import Style

OWN = 96  # the first place of styles that are not ours
SLOTS = PLACES - OWN
ORDER = (
    "afrobeat",
    "afrocuban",
    "amapiano",
    "bernard_purdie",
    "blues",
    "boom_bap",
    "breakbeat",
    "burial",
    "clyde_stubblefield",
    "country",
    "dance",
    "dancehall",
    "disco",
    "dj_premier",
    "drill",
    "drum_and_bass",
    "electro",
    "elvin_jones",
    "footwork",
    "funk",
    "gospel",
    "highlife",
    "hiphop",
    "house",
    "j_dilla",
    "jazz",
    "jeff_mills",
    "jeff_porcaro",
    "john_bonham",
    "larry_heard",
    "latin",
    "lofi",
    "madlib",
    "metro_boomin",
    "middleeastern",
    "neworleans",
    "photek",
    "pop",
    "punk",
    "questlove",
    "reggae",
    "reggaeton",
    "rock",
    "rp_boo",
    "sly_dunbar",
    "soul",
    "squarepusher",
    "techno",
    "the_neptunes",
    "timbaland",
    "todd_edwards",
    "tony_allen",
    "trap",
    "uk_garage",
    "zigaboo_modeliste",
    "metal",
    "ballad",
    "blues_shuffle",
    "swing",
    "motown",
    "boogaloo",
    "bossa_nova",
    "samba",
    "one_drop",
    "steppers",
    "trip_hop",
    "jungle",
    "hardcore",
)  # fmt: skip


def place_of(name: str, slot: int | None) -> int | None:
    """Where a style stands by what is known of it alone; a slot, 1..SLOTS, is asked for."""
    if name in ORDER:
        return ORDER.index(name)
    return None if slot is None else OWN + slot - 1


def placed(styles: Mapping[str, Style]) -> dict[str, Style]:
    """Styles by name in the order of their places, given by file.

    Those without a place take the user's that are free, in the order of their names; when all
    are taken, the rest has none. MappingError where two ask for one slot.
    """
    taken: dict[int, str] = {}
    for file, style in styles.items():
        if style.place is not None:
            if style.place in taken:
                other = taken[style.place]
                slot = style.place - OWN + 1
                raise MappingError(f"{file}: slot: {slot} is not free; {other} has it")
            taken[style.place] = file
    free = chain((place for place in range(OWN, PLACES) if place not in taken), repeat(None))
    every = [
        style if style.place is not None else replace(style, place=next(free))
        for style in sorted(styles.values(), key=lambda style: style.name)
    ]
    every.sort(key=lambda style: PLACES if style.place is None else style.place)
    return {style.name: style for style in every}
