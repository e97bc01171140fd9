"""Turns the Kazakhstani news site 365info.kz into clean, unique, dated articles."""

__version__ = "0.1.0"
