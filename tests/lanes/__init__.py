"""Runs the tests lane by lane and says loudly what could not run: `./dev test`."""
