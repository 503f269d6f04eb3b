"""Figures of many days: turnover, shares, imbalances and others, fit to publish."""
