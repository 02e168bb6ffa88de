"""Fetches one model: the arguments are the models folder, the URL and the archive it should be."""

from __future__ import annotations

import sys
from pathlib import Path

from model_archives import NAME, store

from skill.errors import UncrampError

try:
    store(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]).read_bytes()).fetch(NAME)
except UncrampError as error:
    sys.exit(str(error))
