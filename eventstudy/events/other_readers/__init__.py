"""Readers that are not ours: what they are shown, and how their records are held against the article."""
