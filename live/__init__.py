"""The shell of a performance: ports, sockets, processes, files."""
