"""What `make bench` runs: sets the process up before numpy and numba are loaded, then measures.

python benchmarks/run.py --help
"""

import os
import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # one core is measured
    from comity.kernel_cache import use_kernel_cache
    from comity.memory_policy import keep_freed_memory

    # As `comity` itself begins.
    use_kernel_cache()
    keep_freed_memory()
    runpy.run_module("benchmarks.suite", run_name="__main__")
