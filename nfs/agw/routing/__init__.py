"""Semantic resolution and routing (MACP 5.3), here and across gateways."""
