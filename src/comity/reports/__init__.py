"""Reports for people: single HTML files that hold everything they need."""

from comity.reports.day_report import render_day_report

__all__ = ["render_day_report"]
