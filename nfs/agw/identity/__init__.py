"""What the AMC says of identities, followed."""
