"""The AMF as a consumer: one file per NF it calls."""
