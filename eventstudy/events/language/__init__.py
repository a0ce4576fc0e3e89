"""Words, sentences, clauses, verb groups, numbers and quotes: what both readers know of English."""
