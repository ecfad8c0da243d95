"""The SMF as a consumer: one file per NF it calls."""
