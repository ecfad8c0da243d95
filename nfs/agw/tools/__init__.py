"""The tool repository of the gateway (K5; TRF of the 3GPP proposal S2-2602109, B16)."""
