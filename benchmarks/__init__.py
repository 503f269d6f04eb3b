"""Measurements of speed and memory; `run.py` is the program."""
