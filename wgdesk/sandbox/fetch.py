"""Asks for one web page and prints it; run inside the sandbox, where the tunnels are."""

import sys
import urllib.error
import urllib.request
from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Take a URL and a limit in seconds; 1 when nobody answered in time."""
    url, timeout_s = argv[0], float(argv[1])
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout_s) as page:
            sys.stdout.write(page.read().decode("utf-8"))
    except (urllib.error.URLError, TimeoutError) as error:
        print(f"{url}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
