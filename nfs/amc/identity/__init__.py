"""Identities of agents, their life, and who is told of it."""
