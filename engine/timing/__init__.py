"""Where the song is and when its beats fall: MIDI clock, Ableton Link, our own clock."""
