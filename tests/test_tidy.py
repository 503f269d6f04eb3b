"""The house rules that no linter can say, checked on every file of every run."""

import ast
import configparser
import importlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "comity"
CORE = (
    "errors",
    "identifiers",
    "money",
    "business_calendar",
    "fx",
    "ledger",
    "payments",
    "agreements",
    "screening",
    "messages",
    "netting",
    "queueing",
    "settlement",
    "statements",
)
"""No float may stand in these; `statistics` and `simulator` hold measures, which may be floats."""
FLOATS_ALLOWED = (Path("netting/selection.py"),)
"""A solver that needs floats; its results are proved again in whole numbers."""
MODULE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}
TEST_NAME_WORDS_MIN = 3
FRAGMENT = re.compile(r"[a-z0-9-]+\.(added|changed|fixed|removed|security)\.md")
# Spelled in pieces, so that this file does not name what it forbids.
FORBIDDEN_TEXT = {
    "the address of a package registry": re.compile(
        r"py" r"pi\.org|python" r"hosted|npm" r"js\.(org|com)|deb\.deb" r"ian\.org|crates" r"\.io"
    ),
    "a path of one machine": re.compile(r"(?<![\w.])/(work|root|home|Users|opt)" r"/[\w.]"),
    "an undated promise": re.compile(r"\b(TO" r"DO|FIX" r"ME)\b"),
}
MADE = re.compile(r"(^|/)(\.venv|\.hypothesis|\.\w+_cache|build|__pycache__|\w+\.egg-info)/")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def tracked_files() -> list[Path]:
    """Return every file that git tracks or would track; in an unpacked archive, every file."""
    if not (ROOT / ".git").exists():
        paths = (path for path in ROOT.rglob("*") if path.is_file())
        return sorted(p for p in paths if not MADE.search(str(p.relative_to(ROOT))))
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(ROOT / name for name in set(listed.split("\0")) if (ROOT / name).is_file())


TRACKED = tracked_files()
MODULES = sorted(SOURCE.rglob("*.py"))
PACKAGES = [path for path in MODULES if path.name == "__init__.py"]
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
DOCUMENTS = [path for path in TRACKED if path.suffix == ".md"]
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


def relative(path: Path) -> str:
    """Name a file as its test's identifier."""
    return str(path.relative_to(ROOT))


def in_core(path: Path) -> bool:
    """Return whether a module of src/comity belongs to the core."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py") in CORE


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method below a node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_says_what_it_is_for_and_stays_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module begins by saying what it is for"
    assert len(text.splitlines()) <= MODULE_LINES_MAX
    for function in functions(tree):
        assert function.end_lineno is not None
        assert function.end_lineno - function.lineno < FUNCTION_LINES_MAX, function.name


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_is_named_after_what_is_in_it(path: Path) -> None:
    assert NAMELESS.isdisjoint(path.relative_to(SOURCE).with_suffix("").parts)


@pytest.mark.parametrize("path", [p for p in MODULES if in_core(p)], ids=relative)
def test_no_float_stands_in_the_core(path: Path) -> None:
    if path.relative_to(SOURCE) in FLOATS_ALLOWED:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Constant(value=float()):
                pytest.fail(f"line {node.lineno}: a float near money")
            case ast.Name(id=name) | ast.Attribute(attr=name) if name.startswith("float"):
                pytest.fail(f"line {node.lineno}: {name} near money")
            case _:
                pass


@pytest.mark.parametrize("path", [p for p in MODULES if in_core(p)], ids=relative)
def test_the_core_divides_exactly(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    exact = re.search(r"^(from|import) (fractions|decimal|importlib)\b", text, flags=re.MULTILINE)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            assert exact, f"line {node.lineno}: `/` of integers is a float; divide with `//`"


@pytest.mark.parametrize("path", PACKAGES, ids=relative)
def test_a_package_exports_exactly_what_it_imports(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    package = importlib.import_module(".".join(path.parent.relative_to(SOURCE.parent).parts))
    exported = getattr(package, "__all__", [])
    assert len(exported) == len(set(exported))
    assert imported == {name for name in exported if name != "__version__"}
    for name in exported:
        assert hasattr(package, name), name


@pytest.mark.parametrize("path", PACKAGES, ids=relative)
def test_a_package_file_holds_names_and_nothing_else(path: Path) -> None:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Expr(value=ast.Constant(value=str())) | ast.Import() | ast.ImportFrom():
                pass
            case ast.Assign(targets=[ast.Name(id="__all__" | "__version__")]):
                pass
            case _:
                pytest.fail(f"line {node.lineno}: put this into a module with a name")


@pytest.mark.parametrize("path", TESTS, ids=relative)
def test_a_test_states_what_must_hold(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    asserts = any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    assert asserts or not names.isdisjoint({"raises", "fail"})
    tests = [f.name for f in functions(tree) if f.name.startswith("test_")]
    methods = "TestCase" in names  # a stateful machine becomes a test case, which has no name here
    assert tests or methods, "a test module holds tests"
    for name in tests:
        assert len(name.split("_")) > TEST_NAME_WORDS_MIN, f"{name} is not a sentence"


@pytest.mark.parametrize("path", TESTS, ids=relative)
def test_a_unit_test_stands_where_its_package_stands(path: Path) -> None:
    parts = path.relative_to(ROOT / "tests").parts
    if parts[0] != "unit":
        return
    folder = SOURCE.joinpath(*parts[1:-1])
    assert folder.is_dir() or folder.with_suffix(".py").is_file(), folder


def test_no_tracked_text_holds_what_is_forbidden() -> None:
    found = []
    for path in TRACKED:
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue  # rates in windows-1251 are data of their publisher
        for number, line in enumerate(text.splitlines(), start=1):
            for what, pattern in FORBIDDEN_TEXT.items():
                if pattern.search(line):
                    found.append(f"{relative(path)}:{number}: {what}: {line.strip()[:80]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "mailto:", "#")):
            continue
        assert (path.parent / target.split("#")[0]).exists(), target


@pytest.mark.parametrize("path", REQUIREMENTS, ids=relative)
def test_a_requirement_file_holds_pins_and_no_address(path: Path) -> None:
    pins = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pin = re.fullmatch(r"([a-z0-9._-]+)==([0-9][0-9A-Za-z.]*)", line)
        assert pin, f"{line!r}: expected name==version"
        assert pin[1] not in pins, f"{pin[1]} is pinned twice"
        pins[pin[1]] = pin[2]
    assert set(asked_for(path.with_suffix(".in"))) <= set(pins)


def test_packages_pinned_in_two_files_have_one_version() -> None:
    versions: dict[str, set[str]] = {}
    for path in REQUIREMENTS:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "==" in line:
                name, version = line.split("==")
                versions.setdefault(name, set()).add(version)
    assert [name for name, found in versions.items() if len(found) > 1] == []


def test_every_dependency_has_its_reason_on_record() -> None:
    record = (ROOT / "docs/decisions/0004-dependencies.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| ([a-z0-9-]+) ", record, flags=re.MULTILINE))
    asked = {name for path in REQUIREMENTS for name in asked_for(path.with_suffix(".in"))}
    assert asked <= rows, f"without a row in the record: {sorted(asked - rows)}"


def asked_for(path: Path) -> list[str]:
    """Return the names that a `.in` file asks for."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-c "))]


def test_decision_records_are_numbered_without_gaps_and_complete() -> None:
    records = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text(encoding="utf-8")
        for heading in ("Context", "Options", "Choice", "What would change it"):
            assert f"\n## {heading}\n" in text, f"{path.name}: no heading {heading}"


def test_the_glossary_is_in_alphabetical_order() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\| \*\*(.+?)\*\* \|", text, flags=re.MULTILINE)
    assert terms
    assert terms == sorted(terms, key=str.casefold)


def test_a_changelog_fragment_says_its_kind() -> None:
    for path in (ROOT / "changelog.d").iterdir():
        assert path.name == "README.md" or FRAGMENT.fullmatch(path.name), path.name


def test_the_import_contract_keeps_every_core_package_pure() -> None:
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter")
    section = contract["importlinter:contract:pure-core"]
    pure = {name.removeprefix("comity.") for name in section["source_modules"].split()}
    present = {path.parent.name for path in PACKAGES} | {path.stem for path in SOURCE.glob("*.py")}
    assert present & {*CORE, "statistics", "simulator"} <= pure
