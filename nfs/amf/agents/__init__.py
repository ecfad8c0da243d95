"""The UE's agent and its intents, in the N1 agent container."""
