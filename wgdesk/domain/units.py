"""Numbers in the words and layout of `wg show`."""

_STEPS = (("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))
_SPANS = (
    ("year", 365 * 24 * 3600),
    ("day", 24 * 3600),
    ("hour", 3600),
    ("minute", 60),
    ("second", 1),
)


def bytes_text(number: int) -> str:
    """`148 B`, `1.50 KiB`: binary units, two decimals."""
    for unit, size in _STEPS:
        if number >= size:
            return f"{number / size:.2f} {unit}"
    return f"{number} B"


def span_text(seconds: int) -> str:
    """`1 hour, 5 seconds`: zero units left out; "" for 0."""
    parts: list[str] = []
    for unit, size in _SPANS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return ", ".join(parts)


def ago_text(then_unix_s: int, now_unix_s: int) -> str:
    """How `wg show` says when a handshake was."""
    if then_unix_s == now_unix_s:
        return "Now"
    if then_unix_s > now_unix_s:
        return "(System clock wound backward; connection problems may ensue.)"
    return f"{span_text(now_unix_s - then_unix_s)} ago"
