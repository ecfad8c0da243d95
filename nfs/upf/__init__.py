"""User Plane Function (TS 23.501 clause 6.2.3): PFCP on N4, GTP-U on N3, packets on N6.

``user_plane.py`` is the way of a packet, without I/O; the files named as PFCP's procedures change
the sessions that it looks at; ``app.py`` has the sockets.
"""
