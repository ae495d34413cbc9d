"""The helper as a process of its own, with an engine that only remembers."""

import os
import sys
from contextlib import nullcontext

from tests.support.fake_tunnels import FakeTunnels
from wgdesk.helper.main import run

IDLE_S = float(os.environ.get("WGDESK_TEST_IDLE_S", "60"))

if __name__ == "__main__":
    sys.exit(run(lambda: nullcontext(FakeTunnels()), idle_s=IDLE_S))
