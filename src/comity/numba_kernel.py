"""How kernels that work on many arrays are compiled by numba.

The name of this module stands in every module that has a kernel, and so does the word by which
`comity.kernel_cache` knows them.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import numba
import numpy as np

Number: TypeAlias = int | np.int64
"""A whole number in a kernel: Python's where it is called from outside, numpy's within."""

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

# numba's stubs do not know these options. A kernel makes no arrays and keeps none, so it need not
# count references: with a dozen arrays in each call that would be most of its time. For the same
# reason inner kernels stand in line: to hand over the arrays would take longer than what is done.
_NO_COUNTING: dict[str, Any] = {"_nrt": False}
_IN_LINE: dict[str, Any] = {"forceinline": True}
_NO_WAY_IN: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def outer_kernel(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Compile what is called from Python; it may make no array."""
    compiled = numba.njit(cache=True, **_NO_COUNTING)(function)
    return cast("Callable[_Parameters, _Result]", compiled)


def inner_kernel(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Compile what only kernels call: in line, and without the way in from Python."""
    compiled = numba.njit(cache=True, **_NO_COUNTING, **_IN_LINE, **_NO_WAY_IN)(function)
    return cast("Callable[_Parameters, _Result]", compiled)


def step_kernel(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Compile what kernels call once for a queue or a round: neither in line nor from Python.

    In line it would be compiled wherever it is called.
    """
    compiled = numba.njit(cache=True, **_NO_COUNTING, **_NO_WAY_IN)(function)
    return cast("Callable[_Parameters, _Result]", compiled)


def constant(value: int) -> int:
    """Return a whole number in the one type that kernels are compiled for.

    A plain integer is a type of its own to numba, for each value another, and every function
    called with it would be compiled anew.
    """
    return cast("int", np.int64(value))
