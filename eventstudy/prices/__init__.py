"""Price panels, their readers and sources, sessions and returns."""
