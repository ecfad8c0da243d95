"""One UE at the AMF: its context, its mailbox, its connection."""
