"""How each kind of intent is carried out: one file for each."""
