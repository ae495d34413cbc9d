"""Write the made parts of pages anew."""

import sys

from tests.pages import bus_page


def main() -> int:
    text = bus_page.PATH.read_text(encoding="utf-8")
    new = bus_page.updated(text)
    bus_page.PATH.write_text(new, encoding="utf-8")
    print(f"{bus_page.PATH.name}: {'as it was' if new == text else 'written anew'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
