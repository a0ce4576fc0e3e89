"""Events and reported market moves, and how they are read out of text."""
