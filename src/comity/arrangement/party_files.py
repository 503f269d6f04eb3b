"""Where the parties of a table of payments are, from a file of two columns."""

from pathlib import Path
from typing import Final

from comity.arrangement.csv_rows import RowReader, parse_csv
from comity.errors import Fault, InputFaultsError
from comity.simulator.payment_table import PaymentTable

PARTY_COLUMNS: Final = ("party", "country")


def load_countries(path: Path, table: PaymentTable) -> tuple[str, ...]:
    """Return the country of each party of a table; that of a BIC where the file has none for it.

    Args:
        path: a CSV file with the columns party and country (ISO 3166-1 alpha-2).
        table: whose parties are looked up.

    Raises:
        InputFaultsError: every fault: a party twice, one that is not in the table, a wrong code.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        fault = Fault(path.name, 0, "", "bytes that are not UTF-8", "a CSV file in UTF-8")
        raise InputFaultsError([fault]) from error
    file = parse_csv(path.name, text, PARTY_COLUMNS)
    places = {name: at for at, name in enumerate(table.parties)}
    found = dict(zip(table.parties, table.countries, strict=True))
    seen: set[str] = set()
    for row in file.rows:
        reader = RowReader(file, row)
        name = reader.text("party")
        if name in seen or name not in places:
            said = f"{name!r} again" if name in seen else f"{name!r}"
            reader.refuse("party", said, "a debtor or creditor of the payments, each once")
        seen.add(name)
        found[name] = reader.country("country")
    if file.faults:
        raise InputFaultsError(file.faults)
    return tuple(found[name] for name in table.parties)
