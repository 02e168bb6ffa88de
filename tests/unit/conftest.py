from __future__ import annotations

import pytest
from bedside import Bedside

from skill.dialog.conversation import Conversation, ConversationSettings
from skill.dialog.loader import load_script
from skill.dialog.script import Script
from skill.resources import dialogs_dir


@pytest.fixture(scope="session")
def script() -> Script:
    return load_script(dialogs_dir("en"))


@pytest.fixture
def bedside(script: Script) -> Bedside:
    return Bedside(Conversation(script))


@pytest.fixture
def bedside_of(script: Script):
    """Return a bedside with settings of its own."""
    return lambda **settings: Bedside(Conversation(script, ConversationSettings(**settings)))
