"""What takes long to build is built once and kept under a hash of what it is made of."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.labs.programs import readable_by_all


def cache_dir() -> Path:
    """WGDESK_LAB_CACHE, or a folder that survives a restart of the machine."""
    return Path(os.environ.get("WGDESK_LAB_CACHE") or "/var/cache/wgdesk-labs")


def cached(kind: str, recipe: bytes, build: Callable[[Path], None], *, keep: int = 2) -> Path:
    """The product of `build`, made now or found from before; read-only for its users.

    Callers in other processes that want the same wait for the one that builds.

    Args:
        kind: Names the product; one file or folder for each recipe.
        recipe: Everything the product depends on.
        build: Makes the product at the path it is given, which does not exist.
        keep: How many products of this kind stay, the last used ones.
    """
    folder = cache_dir()
    product = folder / f"{kind}-{hashlib.sha256(recipe).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / f"{kind}.lock"):
        if not product.exists():
            unfinished = product.with_name(f"{product.name}.part")
            remove(unfinished)
            try:
                with readable_by_all():
                    build(unfinished)
            except BaseException:
                remove(unfinished)
                raise
            unfinished.rename(product)
        os.utime(product)  # the time of its last use
        _remove_older(folder, kind, keep)
    return product


def hash_tree(*roots: Path) -> bytes:
    """A hash over names, modes and contents; byte code is left out."""
    digest = hashlib.sha256()
    for root in roots:
        for path in sorted([root, *root.rglob("*")]):
            if "__pycache__" in path.parts or not path.is_file():
                continue
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path}\0{path.stat().st_mode:o}\0{content}\n".encode())
    return digest.digest()


def remove(path: Path) -> None:
    """Remove a file or a folder with all in it; nothing there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _remove_older(folder: Path, kind: str, keep: int) -> None:
    products = [path for path in folder.glob(f"{kind}-*") if path.suffix != ".part"]
    newest_first = sorted(products, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[keep:]:
        remove(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
