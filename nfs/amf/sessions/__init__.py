"""The AMF between the UE, its gNB and the SMFs: PDU sessions (TS 23.502 clause 4.3)."""
