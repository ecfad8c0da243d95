"""AAAP, Agent Authentication and Authorization Protocol (MACP 5.1): who may have what."""
