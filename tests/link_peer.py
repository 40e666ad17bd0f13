"""The process behind tests/link_rig.py: a Link peer that does as it is told in lines."""

import sys

from link import Link


def peer(bpm: float) -> None:
    """Join, then a line in and a number out until the pipe closes."""
    link = Link(bpm)
    link.startStopSyncEnabled = True
    link.enabled = True
    clock = link.clock()
    for line in sys.stdin:
        word, value = line.split()
        state, now = link.captureAppSessionState(), clock.micros()
        answer: float = now
        if word == "tempo":
            state.setTempo(float(value), now)
        elif word == "play":
            state.setIsPlaying(value == "1", now)
        elif word == "beat":
            answer = state.beatAtTime(int(value), 4.0)
        elif word == "bpm":
            answer = state.tempo()
        else:
            answer = link.numPeers()
        if word in ("tempo", "play"):
            link.commitAppSessionState(state)
        print(answer, flush=True)


if __name__ == "__main__":
    peer(float(sys.argv[1]))
