"""What a profile, a plan, a state and a snapshot are, and every decision about them.

Nothing here touches the outside: no files, sockets, clocks, threads or Qt. A line belongs here
when it decides and needs nothing but the values it is given.
"""
