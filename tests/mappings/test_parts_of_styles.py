"""Every style plays every part of a song."""

import pytest

from engine.bars.part_rules import in_part
from engine.score.notes import Voice
from engine.score.song_parts import PARTS, PartPlace
from tests.styles import BANK


@pytest.mark.parametrize("part", PARTS)
def test_no_beat_of_the_bank_falls_silent(part: str) -> None:
    for style in BANK.values():
        for bar in style.bars:
            if bar.fill:
                continue
            for at in (0, 3, 7):
                shaped = in_part(bar, PartPlace(part, at, 8), style.hands)
                assert shaped.hits, (style.name, part)


def test_a_breakdown_has_no_kick_where_anything_else_keeps_time() -> None:
    for style in BANK.values():
        for bar in style.bars:
            shaped = in_part(bar, PartPlace("breakdown", 1, 8), style.hands)
            others = {hit.voice for hit in bar.hits} - {Voice.KICK}
            assert not others or any(hit.voice is not Voice.KICK for hit in shaped.hits)
