"""Lines on their way through a text widget, which would change or lose some characters. No Qt.

A widget ends a paragraph at a carriage return, and cannot hold half of a surrogate pair, which
is what a byte that is no UTF-8 is here. Each of those travels as another character that the
text does not have, and comes back as it was.
"""

from collections.abc import Iterable, Sequence
from typing import Final

# What ends paragraphs or frames in Qt besides the newline, and what no widget shows.
_LOST: Final = frozenset("\r\0\u2028\u2029\ufdd0\ufdd1")
_SURROGATES: Final = range(0xD800, 0xE000)
_PRIVATE: Final = range(0xE000, 0xF900)  # the Private Use Area of the Unicode standard
_END: Final = "\r"


class CarriedText:
    """The same characters for as long as one text is edited."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._ends_with_return = _is_windows(lines)
        there = set("".join(lines))
        free = (chr(code) for code in _PRIVATE if chr(code) not in there)
        lost = sorted(it for it in there if it in _LOST or ord(it) in _SURROGATES)
        stand_ins = dict(zip(lost, free, strict=False))
        self._out = str.maketrans(stand_ins)
        self._back = str.maketrans({there: it for it, there in stand_ins.items()})

    def shown(self, lines: Iterable[str]) -> list[str]:
        """Lines as a widget can have them."""
        return [self._bare(line).translate(self._out) for line in lines]

    def read(self, blocks: Sequence[str], *, is_end: bool) -> tuple[str, ...]:
        """The lines that a widget's paragraphs are; `is_end` where the last is the text's last."""
        lines = [block.translate(self._back) for block in blocks]
        if self._ends_with_return:
            lines = [f"{line}{_END}" for line in lines]
            if is_end and lines:
                lines[-1] = lines[-1].removesuffix(_END)
        return tuple(lines)

    def _bare(self, line: str) -> str:
        return line.removesuffix(_END) if self._ends_with_return else line


def _is_windows(lines: Sequence[str]) -> bool:
    """Whether each line but the last ends with CR LF."""
    return (
        len(lines) > 1
        and all(line.endswith(_END) for line in lines[:-1])
        and not lines[-1].endswith(_END)
    )
