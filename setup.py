"""For scrapyd-deploy, which knows only setup.py; everything stands in pyproject.toml."""

from setuptools import setup

setup(zip_safe=True)
