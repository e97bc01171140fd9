"""Measurements; `docs/benchmarks.md` has the figures."""
