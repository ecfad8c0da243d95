"""N2 at the AMF: associations with gNBs, and the procedures of the interface (TS 38.413)."""
