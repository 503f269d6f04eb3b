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
    # One core is measured: idle threads of a linear algebra library would spin beside it.
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    from comity.kernel_cache import use_kernel_cache

    use_kernel_cache()
    runpy.run_module("benchmarks.suite", run_name="__main__")
