"""How many articles a run may still deliver."""

from __future__ import annotations

from kznews.items import Article, Rejected


class Budget:
    """``left`` articles may still be taken up, ``to_deliver`` still come out; None: no limit."""

    def __init__(self, most: int | None) -> None:
        self.left = self.to_deliver = most

    def take(self) -> bool:
        """Take an article up; return whether there is room for it."""
        if self.left == 0:
            return False
        if self.left is not None:
            self.left -= 1
        return True

    def count(self, item: object) -> None:
        """Count what came out: an article, or a rejected one, which gives its place back."""
        if self.left is None or self.to_deliver is None:
            return
        if isinstance(item, Article):
            self.to_deliver -= 1
        elif isinstance(item, Rejected) and item.id:
            self.left += 1

    def give_back(self) -> None:
        """Give the place of an article back that turned out to be known."""
        if self.left is not None:
            self.left += 1
