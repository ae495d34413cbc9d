"""Write the lists anew, and say what is missing in them."""

import sys

from tests.translations.po import FOLDER, new_text, paths, untranslated, updated


def main(codes: list[str]) -> int:
    FOLDER.mkdir(exist_ok=True)
    for code in codes:
        path = FOLDER / f"{code}.po"
        if not path.exists():
            path.write_text(new_text(code), encoding="utf-8")
    for path in paths():
        text = updated(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
        missing = untranslated(text)
        for entry in missing:
            print(f"{path.name}: not translated: {entry.text}")
        print(f"{path.name}: {len(missing)} to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
