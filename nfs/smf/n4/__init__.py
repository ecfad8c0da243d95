"""N4: the SMF's side of PFCP (TS 29.244), with the PDU sessions' rules at their UPFs."""
