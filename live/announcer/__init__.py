"""The announcer: tells the network where the OSC port is, from a process of its own."""
