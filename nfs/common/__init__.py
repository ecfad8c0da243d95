"""What every network function stands on."""
