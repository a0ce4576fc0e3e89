"""Mutation testing of the arithmetic: which tests notice a changed line."""
