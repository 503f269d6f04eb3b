"""The page that every report is: one HTML file with its own style, script and charts."""

import re
from importlib.resources import files
from typing import Final

import jinja2
from markupsafe import Markup, escape

_BREAKS: Final = re.compile("[:@](?=[^ ])")
_DATES: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def page_environment() -> jinja2.Environment:
    """Return where templates come from, and how they are filled in."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(own_file),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["breakable"] = _breakable
    return environment


def own_file(name: str) -> str:
    """Return the text of a file of this package."""
    return files("comity.reports").joinpath(name).read_text(encoding="utf-8")


def plotly_script() -> str:
    """Return the library that draws the charts, as its wheel brings it."""
    script = files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")
    assert "</script" not in script.lower(), "the library can stand inside a script element"
    return script


def _breakable(text: str) -> Markup:
    """Return a text whose long names may be broken after their marks, but never its dates."""
    safe = _BREAKS.sub(r"\g<0><wbr>", str(escape(text)))
    return Markup(_DATES.sub(r'<span class="whole">\g<0></span>', safe))  # noqa: S704 escaped above
