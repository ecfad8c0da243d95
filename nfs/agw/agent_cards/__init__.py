"""A2A Agent Cards in and out, and the well-known catalogue."""
