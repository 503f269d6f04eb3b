"""A scheme from its folder, or every fault of the first level that has any.

Level 1 is what can be read at all (files, syntax; of each file the first fault), level 2 each
field and each file by itself, level 3 what files say of one another. A fault on one level would
make those on the next unsure, so each level is reported whole before the next is tried.
"""

from collections.abc import Sequence
from pathlib import Path

from comity.agreements import Agreement, Scheme, find_fit_violations, find_membership_violations
from comity.agreements.register import apply_register, read_register
from comity.arrangement.agreement_files import read_agreement
from comity.arrangement.csv_rows import CsvFile, parse_csv
from comity.arrangement.folder import (
    ACCOUNTS_FILE,
    AGREEMENTS_FOLDER,
    ARRANGEMENT_FILE,
    CALENDARS_FOLDER,
    LIMITS_FILE,
    PARTICIPANTS_FILE,
    REGISTER_FILE,
    RESOURCES_FILE,
    Listing,
    list_scheme_files,
    read_scheme_file,
)
from comity.arrangement.netting_files import RESOURCE_COLUMNS, read_resources
from comity.arrangement.register_file import load_acts
from comity.arrangement.scheme_files import (
    ACCOUNT_COLUMNS,
    LIMIT_COLUMNS,
    LIMIT_OPTIONAL,
    PARTICIPANT_COLUMNS,
    PARTICIPANT_OPTIONAL,
    RESERVATION_COLUMNS,
    Places,
    read_accounts,
    read_calendar,
    read_head,
    read_limits,
    read_participants,
)
from comity.arrangement.toml_tables import TomlFile, parse_toml
from comity.errors import Fault, InputFaultsError

_COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    PARTICIPANTS_FILE: (PARTICIPANT_COLUMNS, PARTICIPANT_OPTIONAL),
    ACCOUNTS_FILE: (ACCOUNT_COLUMNS, RESERVATION_COLUMNS),
    RESOURCES_FILE: (RESOURCE_COLUMNS, ()),
    LIMITS_FILE: (LIMIT_COLUMNS, LIMIT_OPTIONAL),
}


def load_scheme(folder: Path) -> Scheme:
    """Read the scheme of an arrangement folder; never writes to it.

    Rates, lists, series and payments are not read here.

    Args:
        folder: the arrangement folder.

    Raises:
        InputFaultsError: with all faults of the first level that has any, sorted by file and
            line.
    """
    tomls, csvs = _parse(folder, list_scheme_files(folder))
    head_file = tomls[ARRANGEMENT_FILE]
    places = Places()
    head = read_head(head_file, places)
    participants = read_participants(csvs[PARTICIPANTS_FILE], places)
    accounts = read_accounts(csvs[ACCOUNTS_FILE], places)
    resources = read_resources(csvs.get(RESOURCES_FILE), places)
    limits = read_limits(csvs[LIMITS_FILE], places) if LIMITS_FILE in csvs else ()
    calendars = [read_calendar(file, places) for file in _below(tomls, CALENDARS_FOLDER)]
    written = [read_agreement(file, places) for file in _below(tomls, AGREEMENTS_FOLDER)]
    files: list[TomlFile | CsvFile] = [*tomls.values(), *csvs.values()]
    _raise_any([fault for file in files for fault in file.faults])
    agreements = _bound(folder, written, places)
    scheme = Scheme(
        name=head.name,
        synthetic=head.synthetic,
        members=head.members,
        participants=participants,
        accounts=accounts,
        agreements=tuple(agreements),
        calendars=tuple(calendars),
        business_day=head.business_day,
        batch_payments_max=head.batch_payments_max,
        valuation_currency=head.valuation_currency,
        empty_lists_approved_by=head.empty_lists_approved_by,
        vehicles=head.vehicles,
        resources=resources,
        position_limits=limits,
        haircuts=head.haircuts,
    )
    violations = (*find_membership_violations(scheme), *find_fit_violations(scheme))
    _raise_any([places.fault_of(violation, head_file) for violation in violations])
    return scheme


def _bound(folder: Path, written: Sequence[Agreement], places: Places) -> list[Agreement]:
    """Return the versions that bind, by the register; all of them where there is none."""
    acts = load_acts(folder)
    if acts is None:
        return list(written)
    found = apply_register(written, read_register(acts, {each.key: each for each in written}))
    by_key = {each.key: each for each in written}
    for each in found:
        places.note_as(each, by_key[each.key])
    if not found:
        raise InputFaultsError(
            [Fault(REGISTER_FILE, 0, "", "no version that binds", "one ratified by every party")]
        )
    return list(found)


def load_versions(folder: Path) -> tuple[Agreement, ...]:
    """Read every version of an arrangement folder, drafts too, whatever the register says.

    Raises:
        InputFaultsError: with the faults of the folder, or of the files of agreements.
    """
    tomls, _ = _parse(folder, list_scheme_files(folder))
    files = _below(tomls, AGREEMENTS_FOLDER)
    found = tuple(read_agreement(file, Places()) for file in files)
    _raise_any([fault for file in files for fault in file.faults])
    return tuple(sorted(found, key=lambda each: (each.id, each.version)))


def load_agreement(path: Path) -> Agreement:
    """Read one agreement version by itself, such as a draft; nothing else of a scheme is asked.

    Raises:
        InputFaultsError: with every fault of the file.
    """
    file = parse_toml(path.name, read_scheme_file(path.parent, path.name))
    found = read_agreement(file, Places())
    _raise_any(list(file.faults))
    return found


def folder_notes(folder: Path) -> tuple[str, ...]:
    """Return the names in the folder that are no part of an arrangement and are not read.

    Raises:
        InputFaultsError: the folder is not there.
    """
    return list_scheme_files(folder).notes


def _parse(folder: Path, listing: Listing) -> tuple[dict[str, TomlFile], dict[str, CsvFile]]:
    faults = list(listing.faults)
    tomls: dict[str, TomlFile] = {}
    csvs: dict[str, CsvFile] = {}
    named = [name for name in listing.names if name == ARRANGEMENT_FILE or name in _COLUMNS]
    folders = (CALENDARS_FOLDER, AGREEMENTS_FOLDER)
    below = [name for part in folders for name in listing.below(part) if name.endswith(".toml")]
    for name in (*named, *below):
        try:
            text = read_scheme_file(folder, name)
            if name in _COLUMNS:
                csvs[name] = parse_csv(name, text, *_COLUMNS[name])
            else:
                tomls[name] = parse_toml(name, text)
        except InputFaultsError as error:
            faults.extend(error.faults)
    _raise_any(faults)
    return tomls, csvs


def _below(tomls: dict[str, TomlFile], folder: str) -> list[TomlFile]:
    return [file for name, file in tomls.items() if name.startswith(f"{folder}/")]


def _raise_any(faults: list[Fault]) -> None:
    if faults:
        # A file is read from top to bottom, and so is the list of its faults.
        raise InputFaultsError(sorted(faults, key=lambda fault: (fault.file, fault.line)))
