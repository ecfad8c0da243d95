"""The lives of intents: kept in records, held, looked after, taken back and told."""
