"""The composer: a transformer that writes bars stroke by stroke, and its candidates."""
