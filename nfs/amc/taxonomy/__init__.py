"""The taxonomy of capabilities."""
