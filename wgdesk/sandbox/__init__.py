"""A whole private world for the demo and for tests: buses, network namespaces, a real server.

It starts the helper and the window as programs of that world and imports neither.
"""
