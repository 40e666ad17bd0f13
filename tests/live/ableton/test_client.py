"""Questions and answers find each other on a wire that loses, delays and doubles."""

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import DeliveryError
from live.ableton.client import AbletonClient, NoAnswerError, RefusedError, say
from live.ableton.delivery import AbletonAddress, SlotDelivery
from live.ableton.transport import Patience, UdpTransport
from live.osc.encode import message
from tests.live.ableton.stand_in import Line, Server, SlotClip, StandIn, Trouble, song
from tests.live.ableton.test_delivery import assert_is, clip
from tests.rig import free_port

QUICK = Patience(first=0.03, growth=1.5, longest=0.2, limit=8.0, hello=8.0)
SCENES = say("song/get/num_scenes")
NEW_SCENE = say("song/create_scene", -1)


def client(
    stand_in: StandIn | None = None, trouble: Trouble | None = None, seed: int = 0
) -> tuple[AbletonClient, Line]:
    line = Line(stand_in or StandIn(song(Drums=[None])), trouble, seed)
    return AbletonClient(line), line


# ---- which answer belongs to which question
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.4), st.floats(0.0, 2.0), st.booleans())
@settings(deadline=None, max_examples=60)
@pytest.mark.long
def test_an_answer_is_never_older_than_its_question(
    seed: int, lost: float, late: float, doubled: bool
) -> None:
    """The set has as many scenes as were asked for and came; an old answer would tell fewer."""
    stand_in = StandIn(song(Drums=[None]))
    asking, line = client(stand_in, Trouble(lost, 0.2 if doubled else 0.0, late), seed)
    for _ in range(8):
        before = stand_in.song.scenes  # what has been done by now has to be in the answer
        asking.tell(NEW_SCENE)
        try:
            ((told,),) = asking.ask(SCENES)
        except NoAnswerError:
            continue
        assert before <= told <= stand_in.song.scenes  # type: ignore[operator]
        if not lost and not doubled:
            assert told == before + 1
    assert line.time < 8 * 20.0


def test_questions_of_one_datagram_are_answered_in_their_order() -> None:
    asking, line = client(StandIn(song(Drums=[None, SlotClip(4.0, "x"), None])))
    slots = [say("clip_slot/get/has_clip", 0, slot) for slot in (2, 1, 0)]
    assert asking.ask(*slots, say("clip/get/name", 0, 1), SCENES) == [
        (False,), (True,), (False,), ("x",), (3,)
    ]  # fmt: skip
    assert line.time == pytest.approx(0.1)


def test_an_error_for_an_answer_is_a_refusal() -> None:
    asking, _ = client()
    with pytest.raises(RefusedError, match="'NoneType' object has no attribute"):
        asking.ask(say("clip/get/name", 0, 0))
    with pytest.raises(RefusedError, match="Unknown OSC address: /live/song/get/weather"):
        asking.ask(say("song/get/weather"))
    assert asking.ask(SCENES) == [(1,)]


def test_errors_about_what_was_told_before_are_not_about_the_question() -> None:
    asking, line = client()
    for _ in range(12):  # each ends a tick
        asking.tell(say("clip/set/name", 0, 0, "nobody"))
    assert asking.ask(SCENES) == [(1,)]
    assert line.time > 1.0
    assert "NoneType" in asking.complaint


def test_errors_about_what_is_done_after_the_question_do_not_end_the_asking() -> None:
    stand_in = StandIn(song(Drums=[SlotClip(4.0)]))
    answer, asked = stand_in.table["/live/clip_slot/get/has_clip"], []

    def unheard(arguments: list[object]) -> object:
        asked.append(arguments)
        return answer(arguments) if len(asked) > 4 else None

    stand_in.table["/live/clip_slot/get/has_clip"] = unheard  # type: ignore[assignment]
    asking, _ = client(stand_in)
    create = say("clip_slot/create_clip", 0, 0, 4.0)
    assert asking.ask(say("clip_slot/get/has_clip", 0, 0), then=(create,)) == [(True,)]
    assert "already a clip" in asking.complaint


def test_without_an_answer_it_asks_less_and_less_often_until_the_limit() -> None:
    asking, line = client(trouble=Trouble(deaf=((0.0, 1e9),)))
    with pytest.raises(NoAnswerError, match="did not answer /live/song/get/num_scenes"):
        asking.ask(SCENES)
    assert line.time == pytest.approx(asking.patience.limit)
    waits = [0.0, 0.3, 0.45, 0.675, 1.0125, 1.51875, 2.0, 2.0, 2.0]  # their sum: 9.96 s
    assert line.sent == 2 * len(waits)
    with pytest.raises(NoAnswerError):
        asking.ask(SCENES, limit=1.0)
    assert line.time == pytest.approx(asking.patience.limit + 1.0)


def test_foreign_and_broken_datagrams_do_not_matter() -> None:
    stand_in = StandIn(song(Drums=[None]))
    hear = stand_in.hear
    noise = [
        b"",
        b"\xff" * 20,
        b"/live/song/get/num_scenes",
        message("/live/song/get/beat", 7),
        message("/live/song/get/can_undo", "who"),
        message("/live/song/get/can_undo", 1, "who"),
        message("/live/song/get/can_redo", 1, 2**31 - 1),
        message("/live/error"),
    ]
    stand_in.hear = lambda datagram: [*noise, *hear(datagram), *noise]  # type: ignore[method-assign]
    asking, _ = client(stand_in)
    asking.ask(say("test"))
    assert asking.ask(SCENES) == [(1,)]


# ---- the stand-in is as strict as AbletonOSC
@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (say("clip/add/notes", 0, 1, 36.0, 0.0, 0.25, 100.0, 0), "pitch is float, not int"),
        (say("clip/add/notes", 0, 1, 36, 0.0, 0.25, 100), "not enough values"),
        (say("clip/add/notes", 0, 1, 36, 0.0, 0.0, 100.0, 0), "no note"),
        (say("clip/add/notes", 0, 1, 128, 0.0, 0.1, 100.0, 0), "no note"),
        (say("clip/get/notes", 0, 1, 0.0, 128, 0.0, 4.0), "pitch is float"),
        (say("clip/get/notes", 0, 1, 0, 128), "Invalid number of arguments"),
        (say("clip_slot/create_clip", 0, 1, 4.0), "already a clip"),
        (say("clip_slot/create_clip", 1, 0, 4.0), "audio track"),
        (say("clip_slot/create_clip", 0, 7, 4.0), "out of range"),
        (say("song/create_scene", 1.0), "index is float"),
        (say("view/set/selected_clip", 0.0, 0), "track is float"),
        (say("clip/set/name", 0, 1, 5), "name is int"),
        (say("clip/get/name", 0, 0), "NoneType"),
    ],
)
def test_the_stand_in_complains_of_what_live_would_not_take(said: object, complaint: str) -> None:
    stand_in = StandIn(song(Drums=[None, SlotClip(4.0)], Audio=[None, None]))
    (answer,) = stand_in.hear(said.data)  # type: ignore[attr-defined]
    assert answer.startswith(b"/live/error\0")
    assert complaint in answer.decode("latin-1")
    assert stand_in.song == StandIn(song(Drums=[None, SlotClip(4.0)], Audio=[None, None])).song


def test_indices_of_clips_may_be_floats_and_note_127_needs_a_span() -> None:
    held = SlotClip(4.0, "", [(127, 0.0, 0.25, 100.0, False)])
    stand_in = StandIn(song(Drums=[held]))
    (bare,) = stand_in.hear(say("clip/get/notes", 0.0, 0.0).data)
    (whole,) = stand_in.hear(say("clip/get/notes", 0, 0, 0, 128, -8192.0, 16384.0).data)
    assert bare == message("/live/clip/get/notes", 0, 0)
    assert whole == message("/live/clip/get/notes", 0, 0, *held.notes[0])


# ---- real sockets
@pytest.mark.parametrize("lost", [0.0, 0.15])
def test_a_clip_gets_there_over_udp_and_the_port_is_free_again(lost: float) -> None:
    stand_in = StandIn(song(Drums=[None, None]))
    with Server(stand_in, lost=lost) as server:
        address = AbletonAddress("127.0.0.1", server.port, server.reply_port)
        delivery = SlotDelivery("drums", address, patience=QUICK)
        assert "slot 1 of" in delivery.deliver(clip())
        assert "slot 2 of" in delivery.deliver(clip(600))
        UdpTransport(port=server.port, reply_port=server.reply_port).close()
    assert_is(stand_in.song.tracks[0].slots[0], clip())
    assert_is(stand_in.song.tracks[0].slots[1], clip(600))


def test_nobody_at_the_port_is_no_answer() -> None:
    address = AbletonAddress(port=free_port(), reply_port=free_port())
    patience = Patience(first=0.02, hello=0.1)
    with pytest.raises(DeliveryError, match=f"does not answer at 127.0.0.1:{address.port}"):
        SlotDelivery("drums", address, patience=patience).deliver(clip())


def test_a_reply_port_that_another_program_has_is_said() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        with pytest.raises(DeliveryError, match=f"UDP port {port}, where AbletonOSC answers"):
            SlotDelivery("drums", AbletonAddress(reply_port=port)).deliver(clip())


def test_a_host_that_is_none_is_said() -> None:
    with pytest.raises(DeliveryError, match=r"host '256\.1\.1\.1'"):
        UdpTransport("256.1.1.1", reply_port=free_port())
