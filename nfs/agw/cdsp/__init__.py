"""CDSP, Capability Digest Synchronization Protocol (MACP 5.2): gateways tell each other what kinds
of capabilities are behind them. No gateway is told of agents or end points."""
