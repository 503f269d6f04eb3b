"""Where the program starts: the kernel cache is chosen before anything can load numba."""

from comity.kernel_cache import use_kernel_cache


def main() -> None:
    """Run `comity`; exit codes are 0 done, 2 bad input, 3 a proof failed, 4 unavailable."""
    use_kernel_cache()
    # numba reads the cache folder when it is imported, so the commands are loaded only now.
    from comity.cli.program import run  # noqa: PLC0415

    run()
