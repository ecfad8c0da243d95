"""Sans-IO codecs and state: bytes and events in, bytes and actions out."""
