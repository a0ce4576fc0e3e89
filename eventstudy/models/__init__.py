"""Models of what the return would have been without the event."""
