"""``scrapy archive``: backup, restore, check, copy and prune.

Exit status: 0 done, nothing is damaged; 1 failed or damaged; 2 wrong usage.
"""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from sqlalchemy.engine import make_url

from kznews.commands import CommandError, ReadsArchive, fail, number
from kznews.finish_reasons import EXIT_FAILED
from kznews.monitoring.messages import say
from kznews.storage import upkeep
from kznews.storage.archive import Archive
from kznews.storage.database import ArchiveError, is_archive

if TYPE_CHECKING:
    import argparse

DAY = 24 * 60 * 60
PRUNED = "pruned before"
"""The archive's note of the instant before which files were removed."""
ACTIONS = {"backup": 1, "restore": 1, "check": 0, "copy": 0, "prune": 0}
"""The actions, and how many files each takes."""


class Command(ReadsArchive, ScrapyCommand):
    """backup writes a consistent copy to an SQLite file, also while a crawl runs; restore puts it
    back where there is no archive; check tells whether the archive and the files that it names
    are whole; copy moves it between SQLite and PostgreSQL, and goes on where it broke off; prune
    removes old feed files, reports and kept pages.
    """

    usage = "[options] backup FILE|restore FILE|check|copy|prune"
    summary = "Back up, restore, check or move the archive"
    examples = (
        "scrapy archive backup archive-copy.db",
        "scrapy archive check",
        "scrapy archive copy --to postgresql+psycopg://user@host/database",
        "scrapy archive prune --older 90",
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--to", metavar="URL", help="copy: the other database")
        parser.add_argument(
            "--older", type=number(int, 1, 36_500), metavar="DAYS", help="prune: what is older"
        )
        parser.add_argument("--dry-run", action="store_true", help="prune: only say what would go")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        action = args[0] if args else ""
        if action not in ACTIONS or len(args) - 1 != ACTIONS[action]:
            raise UsageError("name what to do: backup FILE, restore FILE, check, copy or prune")
        if action == "copy" and not (opts.to and is_archive(opts.to)):
            raise UsageError("copy --to sqlite:////path/archive.db or postgresql+psycopg://…")
        if action == "prune" and opts.older is None:
            raise UsageError("prune --older DAYS: name how old what goes must be")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args[:1] != ["restore"]:
            super().run(args, opts)
            return
        self.check(args, opts)  # there is no archive yet that could be opened
        self._restore(Path(args[1]))

    def work(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> None:
        if args[0] == "backup":
            upkeep.backup(archive, Path(args[1]))
            say(f"{args[1]}: {Path(args[1]).stat().st_size / 1e6:.1f} MB")
        elif args[0] == "check":
            self._check(archive)
        elif args[0] == "copy":
            self._copy(archive, opts.to)
        else:
            self._prune(archive, opts.older, dry=opts.dry_run)

    def _restore(self, file: Path) -> None:
        url = make_url(self.settings["KZNEWS_ARCHIVE_URL"])
        try:
            if url.get_backend_name() == "sqlite":
                upkeep.restore(file, Path(url.database or ""))
            else:
                with closing(Archive(f"sqlite:///{file}", create=False)) as source:
                    self._copy(source, self.settings["KZNEWS_ARCHIVE_URL"])
        except ArchiveError as error:
            fail(self, str(error))
        else:
            say(f"{file} is the archive now.")

    def _check(self, archive: Archive) -> None:
        found = upkeep.check(archive, pruned=archive.notes.read(PRUNED) or "")
        say(f"{archive.database.name}: {found.damage or 'whole'}")
        say(f"{found.articles} articles, {found.undelivered} versions to be delivered by a run")
        say(f"{len(found.missing)} files are missing that have articles")
        for path in found.missing[:10]:
            say(f"  {path}")
        if found.damage or found.missing:
            self.exitcode = EXIT_FAILED

    def _copy(self, archive: Archive, url: str) -> None:
        with closing(Archive(url)) as target:
            for table, count in upkeep.copy(archive, target):
                say(f"{table}: {count} rows")

    def _prune(self, archive: Archive, days: int, *, dry: bool) -> None:
        before = time.time() - days * DAY
        found = list(upkeep.old_files(archive, Path(self.settings["KZNEWS_DATA_DIR"]), before))
        size = sum(path.stat().st_size for path in found)
        if not dry:
            archive.notes.keep(PRUNED, datetime.fromtimestamp(before, UTC).isoformat())
            archive.flush()
        for path in found:
            say(str(path))
            if dry:
                continue
            try:
                path.unlink()
            except OSError as error:
                raise CommandError(f"cannot remove {path}: {error.strerror}") from None
        say(f"{len(found)} files, {size / 1e6:.1f} MB {'would go' if dry else 'removed'}")
