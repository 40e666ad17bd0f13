"""What the parts of a song do to a bar: a table of rules, and the bar as a rule has it.

The rules are design choices, after what drummers and producers do in most styles; what a style
keeps time with, and whether hands play it, is its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.bars.bar_changes import crashed
from engine.bars.fallback import timekeeper
from engine.score.grid import TICKS_PER_BEAT
from engine.score.importance import most_important, thin
from engine.score.notes import GROUPS, Bar, Hit, Voice, on_triplets
from engine.score.song_parts import PartPlace

_TIME = frozenset((*GROUPS["hats"], Voice.RIDE, Voice.RIDE_BELL, Voice.PERCUSSION))
_ALL = frozenset(Voice)
_USUAL = 0.5  # the density at which a bar stays whole
_Ramp = tuple[float, float]  # in the first bar of the part, and in its last


@dataclass(frozen=True, slots=True)
class PartRule:
    """A part: `voices` play until so much of it (`until`, 0..1) is over, all after that.

    `density` to leave strokes out by, 0..0.5, and `level` of velocities are ramps over the part;
    `hands` moves strokes to other voices where a drummer plays; a `crash` opens its phrases;
    `rising` adds a roll that grows.
    """

    voices: frozenset[Voice] = _ALL
    until: float = 2.0
    density: _Ramp = (_USUAL, _USUAL)
    level: _Ramp = (1.0, 1.0)
    hands: Mapping[Voice, Voice] | None = None
    crash: bool = False
    rising: bool = False


_NO_CRASH = _ALL - {Voice.CRASH}
RULES: Mapping[str, PartRule] = {
    "intro": PartRule(_TIME | {Voice.KICK}, 0.5, (0.3, 0.5), (0.75, 0.95)),
    "verse": PartRule(
        _NO_CRASH, density=(0.42, 0.42), level=(0.85, 0.9), hands={Voice.OPEN_HAT: Voice.CLOSED_HAT}
    ),
    "chorus": PartRule(level=(1.1, 1.15), hands={Voice.CLOSED_HAT: Voice.RIDE}, crash=True),
    "bridge": PartRule(
        _NO_CRASH,
        density=(0.45, 0.45),
        level=(0.9, 1.0),
        hands={Voice.CLOSED_HAT: Voice.RIDE, Voice.OPEN_HAT: Voice.RIDE, Voice.RIDE: Voice.LOW_TOM},
    ),
    "breakdown": PartRule(_TIME, density=(0.4, 0.4), level=(0.7, 0.85)),
    "build_up": PartRule(_NO_CRASH, density=(0.4, 0.5), level=(0.75, 1.15), rising=True),
    "drop": PartRule(level=(1.12, 1.12), crash=True),
    "outro": PartRule(_ALL - set(GROUPS["toms"]), density=(0.45, 0.1), level=(0.95, 0.65)),
}
# The order in which a part that leaves everything out takes something back.
_RATHER = (_TIME, frozenset(GROUPS["snare"]), _ALL)


def in_part(bar: Bar, place: PartPlace, hands: bool) -> Bar:
    """A beat as the part of the song has it; never empty, unless it was."""
    rule = RULES.get(place.part)
    if rule is None or not bar.hits:
        return bar
    if place.part == "outro" and place.is_last:
        return _end(bar)
    progress = place.progress
    voices = rule.voices if progress < rule.until else _ALL
    hits = next(kept for only in (voices, *_RATHER) if (kept := _only(bar, only)))
    whole = replace(bar, hits=hits, density=_USUAL)
    hits = thin(whole, _at(rule.density, progress)) or (most_important(whole),)
    hits = _moved(bar, hits, rule.hands) if hands and rule.hands else hits
    if rule.rising:
        hits = (*hits, *_roll(bar, progress))
    shaped = bar.with_hits(_louder(hits, _at(rule.level, progress)))
    return crashed(shaped) if rule.crash and place.at % place.bars == 0 else shaped


def louder_in_part(bar: Bar, place: PartPlace) -> Bar:
    """A fill, no harder and no softer than the part that it ends."""
    rule = RULES.get(place.part)
    return bar if rule is None else bar.with_hits(_louder(bar.hits, _at(rule.level, 1.0)))


def _only(bar: Bar, voices: frozenset[Voice]) -> tuple[Hit, ...]:
    return tuple(hit for hit in bar.hits if hit.voice in voices)


def _at(ramp: _Ramp, progress: float) -> float:
    return ramp[0] + (ramp[1] - ramp[0]) * progress


def _moved(bar: Bar, hits: Iterable[Hit], moves: Mapping[Voice, Voice]) -> tuple[Hit, ...]:
    """Strokes on other voices; only what keeps time on the ride leaves the ride."""
    if timekeeper(bar) is not Voice.RIDE:
        moves = {voice: to for voice, to in moves.items() if voice is not Voice.RIDE}
    return tuple(replace(hit, voice=moves.get(hit.voice, hit.voice)) for hit in hits)


def _louder(hits: Iterable[Hit], level: float) -> tuple[Hit, ...]:
    return tuple(
        replace(hit, velocity=min(127, max(1, round(hit.velocity * level)))) for hit in hits
    )


def _roll(bar: Bar, progress: float) -> tuple[Hit, ...]:
    """Snares on beats, then eighths, then sixteenths, louder and louder, over kicks on beats."""
    parts = (1, 2, 3 if on_triplets(bar.hits) else 4)[min(2, int(progress * 3))]
    step, length = TICKS_PER_BEAT // parts, bar.meter.bar_ticks
    snares = [
        Hit(tick, Voice.SNARE, round(50 + 35 * progress + 15 * tick / length))
        for tick in range(0, length, step)
    ]
    return (*snares, *(Hit(tick, Voice.KICK, 90) for tick in range(0, length, TICKS_PER_BEAT)))


def _end(bar: Bar) -> Bar:
    """The last stroke of the song."""
    return bar.with_hits((Hit(0, Voice.KICK, 105), Hit(0, Voice.CRASH, 112)))
