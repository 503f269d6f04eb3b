"""Name the folder that compiled kernels are cached in, after the source of all kernels.

numba notices when the file of a kernel changes, but not when a kernel that it calls from another
file does: a cached caller would go on with the old callee in it. A folder named after the source
of every module that mentions numba cannot be stale. Run as a program it prints the folder below
the virtual environment given as its argument.
"""

import hashlib
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "comity"
_NAME_LENGTH = 16


def kernel_cache_folder(environment: Path) -> Path:
    """Return the folder for compiled kernels; it is not created."""
    digest = hashlib.sha256()
    for path in sorted(SOURCE.rglob("*.py")):
        content = path.read_bytes()
        if b"numba" in content:
            digest.update(f"{path.relative_to(SOURCE)}:{len(content)}\n".encode())
            digest.update(content)
    return environment.absolute() / "kernels" / digest.hexdigest()[:_NAME_LENGTH]


if __name__ == "__main__":
    sys.stdout.write(f"{kernel_cache_folder(Path(sys.argv[1]))}\n")
