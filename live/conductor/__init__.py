"""The conductor: the loop that alone waits, hands the performer events and does what it says."""
