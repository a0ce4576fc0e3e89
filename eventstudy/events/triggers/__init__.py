"""Which words of a sentence signal an event: the taxonomy's rules, and the predicates that they find."""
