"""What the predicates of a sentence mean together, and who acts on whom."""
