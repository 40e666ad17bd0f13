"""Pads are asked for one after the other, and a kit comes of what was hit."""

from live.midi.kit_learn import ASKED, QUIET, KitLearner
from mappings.kits import kit_of


def hit(note: int, channel: int = 10, velocity: int = 100) -> bytes:
    return bytes((0x90 + channel - 1, note, velocity))


def test_every_hit_is_the_voice_that_was_asked_for() -> None:
    learner = KitLearner()
    assert learner.asked == "kick"
    assert learner.hear(hit(60), 1.0) == "kick: 60"
    assert learner.asked == "snare"
    assert learner.hear(hit(61), 2.0) == "snare: 61"
    assert learner.notes == {"kick": 60, "snare": 61}


def test_only_note_ons_are_hits() -> None:
    learner = KitLearner()
    for message in (
        b"\xf8",
        b"\xb9\x04\x40",
        b"\x89\x24\x40",
        hit(36, velocity=0),
        b"",
        b"\xc9\x01",
    ):
        assert learner.hear(message, 1.0) == ""
    assert learner.asked == "kick"


def test_what_comes_right_after_a_hit_is_its_echo() -> None:
    learner = KitLearner()
    learner.hear(hit(60), 1.0)
    assert learner.hear(hit(61), 1.0 + QUIET / 2) == ""
    assert learner.hear(hit(61), 1.0 + QUIET) == "snare: 61"


def test_a_pad_that_is_another_voice_already_is_refused_by_its_name() -> None:
    learner = KitLearner()
    learner.hear(hit(60), 1.0)
    assert learner.hear(hit(60), 2.0) == "60 is the kick already: hit another, or Enter skips"
    assert learner.asked == "snare"


def test_a_voice_may_be_skipped_and_asked_for_again() -> None:
    learner = KitLearner()
    learner.hear(hit(60), 1.0)
    learner.skip()
    assert learner.asked == "side_stick"
    learner.back()
    learner.back()
    learner.back()
    assert (learner.asked, learner.notes) == ("kick", {})


def test_at_the_end_nothing_is_asked_or_heard() -> None:
    learner = KitLearner()
    for _ in ASKED:
        learner.skip()
    assert learner.asked is None
    assert learner.hear(hit(60), 1.0) == ""


def test_a_kit_comes_of_it_on_the_pads_own_channel() -> None:
    learner = KitLearner()
    while learner.asked not in ("kick", "rimshot"):
        learner.skip()
    learner.hear(hit(36, channel=3), 1.0)
    while learner.asked != "rimshot":
        learner.skip()
    learner.hear(hit(40, channel=3), 2.0)
    kit = kit_of("the kit", learner.values("My pads"))
    assert (kit.name, kit.channel, kit.articulations) == ("My pads", 3, {"rimshot": 40})
    assert len(kit.lacks) == 13
