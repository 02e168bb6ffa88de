"""What is said of the dialog's words before a night, not found out during one."""

from __future__ import annotations

import unicodedata

from skill.hearing.vocabulary import check_vocabulary

KNOWN = ("my", "calf", "is", "cramping", "stop", "café", "[unk]")


def find_word(word: str) -> int:
    return KNOWN.index(word) if word in KNOWN else -1


def test_a_phrase_with_an_unknown_word_is_left_out_and_named() -> None:
    checked = check_vocabulary(find_word, ["my calf is cramping", "my gastrocnemius", "stop"])
    assert checked.phrases == ("my calf is cramping", "stop")
    assert dict(checked.unknown) == {"gastrocnemius": ("my gastrocnemius",)}
    assert "lacks: gastrocnemius; phrases left to its free decode: 1" in checked.report


def test_nothing_to_report_when_every_word_is_known() -> None:
    checked = check_vocabulary(find_word, ["stop", "my calf"])
    assert checked.report == ""
    assert checked.grammar == ("stop", "my calf", "[unk]")


def test_a_model_that_cannot_reject_is_not_asked_to() -> None:
    checked = check_vocabulary(lambda word: 1 if word == "stop" else -1, ["stop"])
    assert not checked.rejects
    assert checked.grammar == ("stop",)


def test_spelling_meets_the_models() -> None:
    given = ["Stop", " stop ", unicodedata.normalize("NFD", "café"), "", "  "]
    assert check_vocabulary(find_word, given).phrases == ("stop", "café")


def test_a_word_is_reported_once_with_all_its_phrases() -> None:
    checked = check_vocabulary(find_word, ["my shin", "shin is cramping", "my shin", "ow shin"])
    assert checked.phrases == ()
    assert checked.unknown["shin"] == ("my shin", "shin is cramping", "ow shin")
    assert "ow, shin" in checked.report
    assert checked.report.endswith("decode: 3.")
