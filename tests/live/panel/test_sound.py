"""The drums of the page, by what they render: levels, spectra and times, all exact."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Error

from engine.score.notes import Voice
from tests.live.panel.sounding import RATE, STATIC, Samples, Stage

pytestmark = pytest.mark.browser

KITS = ["acoustic", "808", "909"]
QUANTUM = 128  # frames that Web Audio renders at once
VOICES = [voice.value for voice in Voice]
SILENT = 1e-5  # -100 dB of full scale


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage() as opened:
        yield opened


def stroke(
    stage: Stage, kit: str, voice: str, velocity: int = 110, seconds: float = 0.5
) -> Samples:
    return stage.render(kit, seconds, ("play", voice, velocity, 0.1))


def peak(samples: Samples) -> float:
    return float(np.abs(samples).max())


def spectrum(samples: Samples) -> tuple[Samples, Samples]:
    """Frequencies in Hz and the power at each, of both channels together."""
    power = np.abs(np.fft.rfft(samples.sum(axis=0))) ** 2
    return np.fft.rfftfreq(samples.shape[1], 1 / RATE), power


def same(one: Samples, other: Samples) -> bool:
    """Equal but for rounding: Chromium adds up what meets at a node in no fixed order."""
    return np.allclose(one, other, rtol=0, atol=1e-6)


def centroid(samples: Samples) -> float:
    hertz, power = spectrum(samples)
    return float((hertz * power).sum() / power.sum())


def loudest(samples: Samples) -> float:
    hertz, power = spectrum(samples)
    return float(hertz[power.argmax()])


def after(samples: Samples, seconds: float) -> Samples:
    return samples[:, round(seconds * RATE) :]


def test_the_kits_are_three_and_have_every_voice_of_the_engine(stage: Stage) -> None:
    found = stage.page.evaluate(
        """async () => {
          const { KITS } = await import("/sound.js");
          const { KIT } = await import("/kits.js");
          return KITS.map((name) => [name, Object.keys(KIT[name])]);
        }"""
    )
    assert found == [[kit, VOICES] for kit in KITS]


def test_the_sources_are_under_40_kilobytes() -> None:
    names = ("sound.js", "voices.js", "kits.js")
    assert sum((STATIC / name).stat().st_size for name in names) < 40_000


@pytest.mark.parametrize("kit", KITS)
@pytest.mark.parametrize("voice", VOICES)
def test_a_stroke_sounds_at_its_moment_and_not_before(stage: Stage, kit: str, voice: str) -> None:
    sound = stroke(stage, kit, voice)
    begin = round(0.1 * RATE)
    heard = np.abs(sound).max(axis=0)
    assert heard[: begin - 1].max() == 0
    assert heard[begin : begin + QUANTUM].max() > 0.02 * peak(sound)  # it has begun,
    assert heard[begin : begin + round(0.005 * RATE)].max() > 0.5 * peak(sound)  # and is there


@pytest.mark.parametrize("kit", KITS)
@pytest.mark.parametrize("voice", VOICES)
def test_force_makes_louder_and_brighter(stage: Stage, kit: str, voice: str) -> None:
    soft, usual, hard = (stroke(stage, kit, voice, velocity, 1.0) for velocity in (20, 60, 110))
    assert peak(soft) * 2 < peak(usual)
    assert peak(usual) * 1.5 < peak(hard)
    assert centroid(soft) * 1.02 < centroid(usual) < centroid(hard) / 1.02


@pytest.mark.parametrize("kit", KITS)
def test_kick_and_snare_lead_and_hats_stand_behind(stage: Stage, kit: str) -> None:
    level = {voice: 20 * np.log10(peak(stroke(stage, kit, voice))) for voice in VOICES}
    lead = min(level["kick"], level["snare"])
    assert max(level.values()) == max(level["kick"], level["snare"])
    assert 9 < lead - level["closed_hat"] < 14
    assert 8 < lead - level["open_hat"] < 14
    assert 8 < lead - level["ride"] < 14


@pytest.mark.parametrize("kit", KITS)
def test_drums_have_the_pitches_that_they_are_known_for(stage: Stage, kit: str) -> None:
    kick = after(stroke(stage, kit, "kick", seconds=0.6), 0.15)
    assert 45 < loudest(kick) < 60
    low, mid, high = (
        loudest(after(stroke(stage, kit, f"{name}_tom"), 0.15)) for name in ("low", "mid", "high")
    )
    assert 70 < low < mid / 1.2 < high / 1.44 < 200
    assert 170 < loudest(stroke(stage, kit, "snare")) < 340
    assert centroid(stroke(stage, kit, "closed_hat")) > 6_000


@pytest.mark.parametrize("kit", KITS)
def test_a_full_kit_at_full_force_never_clips(stage: Stage, kit: str) -> None:
    steps = [(voice, 127, 0.1 + step * 0.125) for step in range(16) for voice in VOICES]
    sound = stage.render(kit, 2.5, *(("play", *step) for step in steps))
    assert np.isfinite(sound).all()
    assert 0.9 < peak(sound) < 1


@pytest.mark.parametrize("kit", KITS)
def test_no_voice_leaves_a_direct_current(stage: Stage, kit: str) -> None:
    for voice in VOICES:
        sound = stroke(stage, kit, voice, seconds=1.0)
        assert abs(sound.mean()) < 0.003 * peak(sound)


@pytest.mark.parametrize("kit", KITS)
def test_every_stroke_ends_in_silence_without_a_click(stage: Stage, kit: str) -> None:
    for voice in VOICES:
        sound = np.abs(stroke(stage, kit, voice, 127, 5.0)).max(axis=0)
        last = int(np.nonzero(sound > SILENT)[0][-1])
        assert last < 4.5 * RATE
        assert sound[last - 44 : last + 1].max() < 1e-3 * sound.max()


def test_the_same_strokes_are_the_same_samples(stage: Stage) -> None:
    groove = [("play", voice, 90, 0.1 * step) for step, voice in enumerate(VOICES)]
    assert same(stage.render("909", 2, *groove), stage.render("909", 2, *groove))


def test_no_two_strokes_in_a_row_are_the_same(stage: Stage) -> None:
    sound = stage.render("acoustic", 1, ("play", "snare", 90, 0), ("play", "snare", 90, 0.5))
    half = RATE // 2
    assert not np.allclose(sound[:, :half], sound[:, half:], atol=0.01)


@pytest.mark.parametrize("kit", KITS)
@pytest.mark.parametrize("voice", ["closed_hat", "pedal_hat"])
def test_a_hat_that_closes_ends_an_open_one(stage: Stage, kit: str, voice: str) -> None:
    open_hat = ("play", "open_hat", 110, 0.1)
    close = ("play", voice, 1, 0.2)  # so soft that only its choke is heard
    rings = stage.render(kit, 0.5, open_hat)
    for calls in ((open_hat, close), (close, open_hat)):
        choked = stage.render(kit, 0.5, *calls)
        assert peak(after(rings, 0.3)) > 0.01
        assert peak(after(choked, 0.3)) < 0.01 * peak(after(rings, 0.3))
        assert peak(choked[:, : round(0.2 * RATE)]) > 0.1


def test_a_cancelled_bar_is_as_if_it_had_never_been(stage: Stage) -> None:
    begun = [("play", "kick", 100, 0.1), ("play", "open_hat", 100, 0.2)]
    planned = [("play", "closed_hat", 100, 0.4), ("play", "crash", 100, 0.5)]
    calls = [(None, *call) for call in [*begun, *planned, ("cancelAfter", 0.4)]]
    sound, before, _ = stage.rendered("acoustic", 1, calls)
    assert same(sound, stage.render("acoustic", 1, *begun))
    assert before == {"scheduled": 4, "started": 0, "cancelled": 2, "unknown": 0}


def test_what_has_begun_is_not_cancelled(stage: Stage) -> None:
    strokes = [(None, "play", "crash", 100, 0.1), (None, "play", "snare", 100, 0.5)]
    sound, _, counts = stage.rendered("808", 1, [*strokes, (0.3, "cancelAfter", 0)])
    assert same(sound, stage.render("808", 1, strokes[0][1:]))
    assert counts == {"scheduled": 2, "started": 1, "cancelled": 1, "unknown": 0}


def test_a_bar_planned_anew_sounds_in_place_of_the_old(stage: Stage) -> None:
    old = (None, "play", "crash", 127, 0.5)
    sound, _, counts = stage.rendered(
        "909", 1, [old, (0.3, "cancelAfter", 0.3), (0.3, "play", "ride_bell", 20, 0.5)]
    )
    assert 0 < peak(sound) < 0.1
    assert counts == {"scheduled": 2, "started": 1, "cancelled": 1, "unknown": 0}


def test_strokes_that_are_over_are_let_go_and_still_counted(stage: Stage) -> None:
    strokes = [(None, "play", "side_stick", 100, 0.1 * step) for step in range(5)]
    _, _, counts = stage.rendered("808", 2, [*strokes, (1.5, "play", "kick", 100, 1.6)])
    assert counts == {"scheduled": 6, "started": 6, "cancelled": 0, "unknown": 0}


@pytest.mark.parametrize(
    "wrong",
    [("cowbell", 100, 0.1), ("toString", 100, 0.1), ("kick", "loud", 0.1), ("kick", 100, None)],
)
def test_what_the_kit_cannot_play_is_counted_and_silent(
    stage: Stage, wrong: tuple[object, ...]
) -> None:
    sound, counts, _ = stage.rendered("acoustic", 0.3, [(None, "play", *wrong)])
    assert peak(sound) == 0
    assert counts == {"scheduled": 0, "started": 0, "cancelled": 0, "unknown": 1}


def test_velocities_beyond_midi_are_brought_into_its_range(stage: Stage) -> None:
    for velocity, nearest in ((300, 127), (0, 1), (-5, 1)):
        assert same(stroke(stage, "808", "snare", velocity), stroke(stage, "808", "snare", nearest))


def test_another_kit_is_heard_from_the_next_stroke(stage: Stage) -> None:
    changed = stage.render("acoustic", 0.5, ("setKit", "808"), ("play", "kick", 110, 0.1))
    assert same(changed, stroke(stage, "808", "kick"))


def test_a_kit_that_is_none_is_refused_with_the_names_of_those_there_are(stage: Stage) -> None:
    with pytest.raises(Error, match="kit: 707 is none of acoustic, 808, 909"):
        stage.render("707", 0.1)


def test_volume_and_mute(stage: Stage) -> None:
    late = ("play", "snare", 110, 0.3)  # when the fader has arrived
    full = peak(stage.render("909", 0.5, late))
    assert peak(stage.render("909", 0.5, ("setVolume", 0.5), late)) == pytest.approx(full / 4)
    assert peak(stage.render("909", 0.5, ("setMuted", True), late)) < SILENT
    again = [("setMuted", True), ("setVolume", 1), ("setMuted", False), late]
    assert peak(stage.render("909", 0.5, *again)) == pytest.approx(full)


def test_pan_moves_a_stroke_to_its_side(stage: Stage) -> None:
    left, right = stage.render("acoustic", 0.5, ("play", "snare", 110, 0.1, -1))
    assert peak(left) > 0.3
    assert peak(right) < SILENT
