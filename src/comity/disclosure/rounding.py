"""Controlled rounding: every cell to a multiple of a base next to it, and sums still add up.

A table of rows and columns with its margins always has such a rounding. Found is one by the method
of L. H. Cox, "A constructive procedure for unbiased controlled rounding", Journal of the American
Statistical Association 82 (1987): as long as cells are left that are no multiple, they form a cycle
in which alternate cells can be raised and lowered until one of them is. It is taken in the
direction that moves cells less, so that the same table is always rounded in the same way.
"""

from collections.abc import Mapping, Sequence

from comity.disclosure.cells import MARGIN, Names, with_margins

Cell = tuple[int, int]


def round_table(values: Mapping[Names, int], base: int) -> dict[Names, int]:
    """Return a table of rows and columns rounded, with its margins.

    Args:
        values: 0 or more by name of row and column, without margins.
        base: 1 or more.
    """
    assert base >= 1, "the caller checks the base"
    rows, columns = (sorted({cell[place] for cell in values}) for place in (0, 1))
    exact = with_margins(values)
    table = [[exact.get((row, column), 0) for column in columns] for row in rows]
    lower, left = _bordered(table, base)
    _settle(left, base)
    rounded = [
        [low + part for low, part in zip(lows, parts, strict=True)]
        for lows, parts in zip(lower, left, strict=True)
    ]
    names: dict[Names, int] = {
        (row, column): rounded[at][of]
        for at, row in enumerate(rows)
        for of, column in enumerate(columns)
        if (row, column) in values
    }
    return with_margins(names)


def round_parts(values: Mapping[str, int], base: int) -> dict[str, int]:
    """Return parts of a whole rounded, with the whole as MARGIN."""
    found = round_table({(name, ""): value for name, value in values.items()}, base)
    return {name: value for (name, column), value in found.items() if column == MARGIN}


def _bordered(table: Sequence[Sequence[int]], base: int) -> tuple[list[list[int]], list[list[int]]]:
    """Return the multiples below the cells, and what is left of each, with a border.

    The border's cells are what each row and column lacks of a multiple, so that all rows and
    columns of what is left sum to multiples.
    """
    width = len(table[0]) if table else 0
    lower = [[value // base * base for value in row] + [0] for row in table] + [[0] * (width + 1)]
    left = [[value % base for value in row] for row in table]
    for parts in left:
        parts.append(-sum(parts) % base)
    left.append([-sum(parts[of] for parts in left) % base for of in range(width + 1)])
    return lower, left


def _settle(left: list[list[int]], base: int) -> None:
    """Make every cell 0 or the base, keeping the sums of rows and columns."""
    while (cycle := _cycle(left, base)) is not None:
        up, down = cycle[::2], cycle[1::2]
        raised = _room(left, up, down, base)
        lowered = _room(left, down, up, base)
        step = raised if raised <= lowered else -lowered
        for row, of in up:
            left[row][of] += step
        for row, of in down:
            left[row][of] -= step


def _room(
    left: Sequence[Sequence[int]], up: Sequence[Cell], down: Sequence[Cell], base: int
) -> int:
    """Return by how much some cells can be raised and others lowered until one is a multiple."""
    room = [base - left[row][of] for row, of in up]
    return min(room + [left[row][of] for row, of in down])


def _cycle(left: Sequence[Sequence[int]], base: int) -> list[Cell] | None:
    """Return cells that are no multiple, each in a row or column with the next in turn."""
    start = next(
        (
            (row, of)
            for row, parts in enumerate(left)
            for of, part in enumerate(parts)
            if 0 < part < base
        ),
        None,
    )
    if start is None:
        return None
    path, along_row = [start], True
    # Where the cycle begins if a row or column comes again: with the cell by which it was left.
    rows, columns = {start[0]: 1}, {start[1]: 0}
    while True:
        row, of = path[-1]
        if along_row:
            of = next(at for at, part in enumerate(left[row]) if 0 < part < base and at != of)
        else:
            row = next(at for at, parts in enumerate(left) if 0 < parts[of] < base and at != row)
        path.append((row, of))
        seen, key = (columns, of) if along_row else (rows, row)
        if key in seen:
            return path[seen[key] :]
        seen[key] = len(path)
        along_row = not along_row
