"""A style file becomes a style, and a wrong one says what is wrong."""

from pathlib import Path

import pytest
import yaml

from engine.errors import MappingError
from engine.score.grid import FOUR_FOUR, METERS
from engine.score.notes import Voice
from mappings.styles import load_style, load_styles
from tests.styles import BANK


def sample(**changes: object) -> dict[str, object]:
    """A small style that loads; None takes a key away."""
    values: dict[str, object] = {
        "name": "mine",
        "title": "Mine",
        "kind": "genre",
        "text": "A test.",
        "tempo": [80, 90, 100],
        "swing": {"percent": 54, "grid": 16},
        "hands": True,
        "ghosts": 0.1,
        "density": [4, 20],
        "feel": {"drift": 1, "spread": 2, "offsets": {"snare": -5}},
        "mixture": {"mine": 1.0},
        "patterns": [
            {"name": "a", "role": "beat", "kick": "X... .... x... ....", "snare": ". X . X"},
            {"name": "b", "role": "fill", "meter": "4/4", "snare": ".... .... xxxx xxxX"},
        ],
        "sources": [
            {
                "figure": "tempo, swing, drift, spread, offsets",
                "mark": "design choice",
                "text": "By ear.",
                "confidence": 0.5,
            }
        ],
    }
    values |= changes
    return {key: value for key, value in values.items() if value is not None}


def written(folder: Path, **changes: object) -> Path:
    values = sample(**changes)
    path = folder / f"{values.get('name', 'nameless')}.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return path


def test_a_file_gives_a_style(tmp_path: Path) -> None:
    style = load_style(written(tmp_path))
    assert (style.name, style.title, style.tempo) == ("mine", "Mine", (80, 90, 100))
    assert (style.swing, style.swing_grid, style.density) == (54, 16, (4, 20))
    assert style.feel.offset(Voice.SNARE, 480) == -5
    assert style.feel.offset(Voice.KICK, 480) == 0
    assert [s.figure for s in style.sources] == ["tempo", "swing", "drift", "spread", "offsets"]
    (beat,), (fill,) = style.beats(FOUR_FOUR), style.fills(FOUR_FOUR)
    assert [(hit.tick, hit.voice) for hit in beat.hits] == [
        (0, Voice.KICK),
        (480, Voice.SNARE),
        (960, Voice.KICK),
        (1440, Voice.SNARE),
    ]
    assert len(fill.hits) == 8


def test_a_score_may_be_written_in_its_swing(tmp_path: Path) -> None:
    swings = [{"percent": 66.7, "grid": 8, "written": said} for said in (True, False)]
    assert [load_style(written(tmp_path, swing=s)).written for s in swings] == [(66.7, 8), None]


def test_a_style_whose_patterns_have_a_crash_crashes_after_a_fill(tmp_path: Path) -> None:
    assert not load_style(written(tmp_path)).crashes
    assert load_style(written(tmp_path, patterns=pattern(crash="x . . ."))).crashes


def pattern(**changes: str) -> list[dict[str, str]]:
    beat = {"name": "a", "role": "beat", "kick": "X . X ."} | changes
    return [beat, {"name": "b", "role": "fill", "snare": "x x x x"}]


def test_a_beat_may_be_written_for_a_part_of_a_song(tmp_path: Path) -> None:
    patterns = [{"name": "c", "role": "beat", "part": "intro", "kick": "X . . ."}, *pattern()]
    style = load_style(written(tmp_path, patterns=patterns))
    for meter in METERS.values():
        (beat,), (intro,) = style.beats(meter), style.beats(meter, "intro")
        assert (beat.part, intro.part) == ("", "intro")
    assert style.beats(FOUR_FOUR, "verse") == ()


SOURCE = {"figure": "tempo", "mark": "measured", "text": "t", "confidence": 0.5}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"swnig": 54}, r"swnig: 54 is not at a known key; did you mean swing\?"),
        ({"name": "J Dilla"}, r"name: 'J Dilla' is not small letters and digits"),
        ({"kind": "band"}, r"kind: 'band' is not one of genre, drummer, producer"),
        ({"tempo": [100, 90, 80]}, r"tempo: \[100, 90, 80\] is not 3 whole numbers"),
        ({"swing": {"percent": 49}}, r"swing\.percent: 49 is not a number from 50 to 75"),
        ({"swing": {"percent": 76}}, r"swing\.percent: 76 is not a number from 50 to 75"),
        ({"swing": {"percent": 54, "grid": 12}}, r"swing\.grid: 12 is not 8 or 16"),
        (
            {"swing": {"percent": 50, "written": True}},
            r"swing\.percent: 50\S* is not above 50, as written: true says that it swings",
        ),
        ({"swing": {"percent": 54, "written": "yes"}}, r"swing\.written: 'yes' is not true or fa"),
        ({"patterns": pattern(part="vers")}, r"a\.part: 'vers' is not one of intro, .* verse"),
        ({"patterns": pattern(role="fill", part="verse")}, r"part: 'verse' is not there only in"),
        ({"patterns": pattern(part="verse")}, r"patterns: 'without a beat of 4/4' is not enough"),
        ({"hands": "two"}, r"hands: 'two' is not true or false"),
        ({"ghosts": None}, r"ghosts: is missing; it must be a number from 0 to 1"),
        ({"feel": {"drift": -1, "spread": 0}}, r"feel\.drift: -1 is not a number from 0 to 50"),
        (
            {"feel": {"drift": 0, "spread": 0, "offsets": {"tuba": 3}}},
            r"feel\.offsets\.tuba: 3 is not at a known key; known are kick, snare",
        ),
        (
            {"feel": {"drift": 0, "spread": 0, "offsets": {"kick": [1, 2]}}},
            r"feel\.offsets\.kick: \[1, 2\] is not one number or 16, from -100 to 100 ms",
        ),
        ({"mixture": {"mine": 0.5}}, r"mixture: .* is not weights of trained styles above 0"),
        ({"mixture": {"a": 1.0, "b": 0}}, r"mixture: .* is not weights of trained styles above 0"),
        ({"mixture": ["mine"]}, r"mixture: \['mine'\] is not weights"),
        (
            {"patterns": pattern(tuba="X . X .")},
            r"patterns\[1\]\.tuba: .* is not at a known key",
        ),
        ({"patterns": pattern(role="solo")}, r"patterns\[1\] a\.role: 'solo' .* beat, fill"),
        ({"patterns": pattern(meter="9/8")}, r"a\.meter: '9/8' is not one of 3/4, 4/4"),
        ({"patterns": pattern(snare="x . x")}, r"a\.snare: 'x \. x' .* 3 beats; 4/4 takes 4"),
        ({"patterns": pattern(snare="? . x .")}, r"a\.snare: .* '\?' is not one of Xxo-g"),
        ({"patterns": pattern(kick=". . . .")}, r"patterns\[1\] a: .* no voice plays"),
        ({"patterns": pattern()[:1]}, r"patterns: 'without a fill of 4/4'"),
        ({"patterns": pattern()[1:]}, r"patterns: 'without a beat of 4/4'"),
        ({"sources": [SOURCE]}, r"sources: \['tempo'\] is not complete: swing has no source"),
        ({"sources": [SOURCE | {"mark": "sure"}]}, r"mark: 'sure' is not one of measured, lit"),
        ({"sources": [SOURCE | {"figure": "x"}]}, r"figure: 'x' is not one or more of tempo"),
        ({"sources": [SOURCE | {"confidence": 2}]}, r"sources\[1\]\.confidence: 2 is not"),
    ],
)
def test_a_mistake_is_answered_with_file_key_value_and_what_is_allowed(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    path = written(tmp_path, **changes)
    with pytest.raises(MappingError, match=said) as caught:
        load_style(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.long
def test_the_users_styles_join_the_built_in_ones(tmp_path: Path) -> None:
    written(tmp_path, mixture={"funk": 0.6, "mine": 0.4})
    bank = load_styles(extra=[tmp_path])
    assert list(bank) == [*BANK, "mine"]


def test_a_slot_is_a_place_of_a_style_that_is_not_ours(tmp_path: Path) -> None:
    assert load_style(written(tmp_path)).place is None
    assert load_style(written(tmp_path, slot=32)).place == 127
    for changes, said in (
        ({"slot": 33}, "slot: 33 is not a whole number from 1 to 32"),
        ({"slot": 1, "name": "funk"}, "slot: 1 is not of use: funk has its place among ours"),
    ):
        with pytest.raises(MappingError, match=said):
            load_style(written(tmp_path, **changes))


@pytest.mark.long
def test_a_users_style_takes_the_place_of_a_built_in_one(tmp_path: Path) -> None:
    written(tmp_path, name="funk", title="My funk", mixture={"funk": 1.0})
    assert load_styles(extra=[tmp_path])["funk"].title == "My funk"


@pytest.mark.long
def test_two_names_that_sound_alike_are_refused(tmp_path: Path) -> None:
    written(tmp_path, name="boombap", mixture={"boombap": 1.0})
    with pytest.raises(MappingError, match=r"name: 'boombap' is not free; .* has 'boom_bap'"):
        load_styles(extra=[tmp_path])


def test_a_style_without_a_mixture_plays_its_own_patterns(tmp_path: Path) -> None:
    assert load_style(written(tmp_path, mixture={})).mixture == {}


def test_a_mixture_of_unknown_styles_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    written(tmp_path, mixture={"polka": 1.0})
    with pytest.raises(MappingError, match=r"mixture: 'polka' is not one of mine"):
        load_styles(tmp_path)


@pytest.mark.long
def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="none: is not a folder of style files"):
        load_styles(extra=[tmp_path / "none"])
