"""gNB and UE simulator."""
