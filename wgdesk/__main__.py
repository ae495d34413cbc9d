"""Where every start of wgdesk begins: no argument opens the window, a verb does not."""

import sys


def main() -> int:
    """Start the window or the command line, and load only that one."""
    if sys.argv[1:] in ([], ["--hidden"]) or sys.argv[1] == "--toggle":
        from wgdesk.ui.start import main as open_window  # noqa: PLC0415  # the verbs must not load Qt

        return open_window(sys.argv[1:])
    from wgdesk.cli.main import start  # noqa: PLC0415  # nor the window argparse

    return start(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
