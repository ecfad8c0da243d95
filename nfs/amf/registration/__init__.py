"""Registration management and changes of a registration (TS 23.502 4.2.2, 4.2.4, 4.5.1)."""
