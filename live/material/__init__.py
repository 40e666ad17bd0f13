"""What a performance goes on from or varies: a file, a take, a clip of the set."""
