"""Every oddity the replica knows, by name."""

from __future__ import annotations

from replica.oddities import media, page, text
from replica.oddities.registry import ODDITIES

__all__ = ["ODDITIES", "media", "page", "text"]
