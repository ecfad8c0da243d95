"""The UE of the simulator: USIM, modem (5GMM, 5GSM), OS agent."""
