"""Where compiled kernels are kept, so that none is ever taken from an old cache.

numba compiles a kernel again when the kernel's own file changes, but not when a kernel or a
constant that it uses from another file does: after an update a cached kernel could go on deciding
by the old rule. So the cache folder is named after the source of every module that a kernel can
see. Whoever starts the program calls `use_kernel_cache` before numba is imported. Run as a program,
this module prints the folder.
"""

import hashlib
import os
import re
import sys
from pathlib import Path

_SOURCE = Path(__file__).resolve().parent
_VARIABLE = "NUMBA_CACHE_DIR"
_NAME_LENGTH = 16
_IMPORT = re.compile(
    rb"^\s*(?:from|import)\s+(comity[\w.]*)(?:\s+import\s+(\w+)\s*$)?", re.MULTILINE
)


def use_kernel_cache() -> Path:
    """Point numba at the folder for compiled kernels, unless the environment names another.

    Returns:
        The folder in use; numba makes it when it first writes to it.
    """
    return Path(os.environ.setdefault(_VARIABLE, str(kernel_cache_folder())))


def kernel_cache_folder(source: Path = _SOURCE) -> Path:
    """Return the folder for the kernels of this source, within the virtual environment if any."""
    digest = hashlib.sha256()
    for path in seen_by_kernels(source):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(source)}:{len(content)}\n".encode())
        digest.update(content)
    return _cache_root() / "kernels" / digest.hexdigest()[:_NAME_LENGTH]


def seen_by_kernels(source: Path) -> tuple[Path, ...]:
    """Return every module that mentions numba and every one these import, over any distance."""
    waiting = [path for path in source.rglob("*.py") if b"numba" in path.read_bytes()]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting.extend(_imported(source, path.read_bytes()))
    return tuple(sorted(seen))


def _imported(source: Path, content: bytes) -> list[Path]:
    found: list[Path] = []
    for module, name in _IMPORT.findall(content):
        parts = module.decode().split(".")[1:]
        for place in (source.joinpath(*parts), source.joinpath(*parts, name.decode() or "_")):
            candidates = (place / "__init__.py", place.with_suffix(".py"))
            found.extend(candidate for candidate in candidates if candidate.is_file())
    return found


def _cache_root() -> Path:
    if sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK):
        return Path(sys.prefix)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "comity"


if __name__ == "__main__":
    sys.stdout.write(f"{kernel_cache_folder()}\n")
