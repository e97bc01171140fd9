"""For scrapyd-deploy, which knows only setup.py; everything stands in pyproject.toml."""

import setuptools
from setuptools import setup

NEEDED = 77
"""The first setuptools that reads the licence in pyproject.toml."""

if int(setuptools.__version__.partition(".")[0]) < NEEDED:
    told = f"kznews: setuptools {setuptools.__version__} is too old to build it"
    raise SystemExit(f"{told}: pip install 'setuptools>={NEEDED},<81'")

setup(zip_safe=True)
