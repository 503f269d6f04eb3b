"""Large comparisons: tasks over processes or a cluster, that can be broken off and gone on with.

What a task is and what comes of it is `comity.simulator.comparing`'s; here is only where tasks run,
and what is kept of them until all are done.
"""

from comity.sweeps.sweep import Sweep, SweepInterrupted, run_sweep

__all__ = ["Sweep", "SweepInterrupted", "run_sweep"]
