"""Operator-defined intents: the vocabulary, analysis of natural language, and results as text."""
