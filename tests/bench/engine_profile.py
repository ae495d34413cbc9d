"""`python -m tests.bench.engine_profile PROGRAM FOLDER`: an engine under load, for its profile.

PROGRAM is one that packaging/engine/profile/record made; it leaves a profile of each end in FOLDER.
"""

import os
import signal
import sys
from pathlib import Path

from tests.bench.engine_pair import Candidate, a_pair
from tests.labs import programs

SECONDS = 10.0


def main() -> None:
    program, folder = sys.argv[1:]
    os.environ["WGDESK_PROFILE"] = folder
    with a_pair(Candidate("profiled", Path(program))) as pair:
        for is_reverse in (False, True):
            flow = pair.flow(SECONDS, reverse=is_reverse)
            print(f"{flow.mbits_per_s:.0f} Mbit/s")
        for pid in pair.pids.values():
            os.kill(pid, signal.SIGUSR1)
            programs.wait_until(lambda pid=pid: not programs.is_running(pid), what="its profile")


if __name__ == "__main__":
    main()
