"""The append-only journal `responses.jsonl`: one JSON object a line, chained by hash.

Written by a trainee's kernel (`writing`), read back as hostile input (`reading`). Version 1, every kind of event named.
"""

from __future__ import annotations

from examdesk.journal.files import NOT_PLAIN, plain_file
from examdesk.journal.reading import Journal, fold, parse, read_journal
from examdesk.journal.writing import Writer

NAME = "responses.jsonl"

__all__ = ["NAME", "NOT_PLAIN", "Journal", "Writer", "fold", "parse", "plain_file", "read_journal"]
