"""Places in a text as Qt counts them: a character beyond the first plane is two. No Qt."""


def units(text: str, at: int) -> int:
    """Where the character `at` begins."""
    return at if text.isascii() else len(text[:at].encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, first: int, last: int) -> str:
    """What stands between two places; half a character is a sign for one."""
    if text.isascii():
        return text[first:last]
    data = text.encode("utf-16-le", "surrogatepass")
    return data[2 * first : 2 * last].decode("utf-16-le", "replace")
