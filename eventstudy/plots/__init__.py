"""Figures: tidy frames in, Axes out."""
