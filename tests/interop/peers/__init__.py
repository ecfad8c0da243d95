"""The other makes' equipment and ours, as processes of a test."""
