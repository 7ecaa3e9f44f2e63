"""The tests. As for every command, jsonschema builds no grammar for addresses: 4 s of each start (see `cli.main`)."""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
