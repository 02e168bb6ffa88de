"""`uncramp evaluate`: what it counts is what the other commands tell, one by one."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from test_commands import COMPLAINT, NIGHT, assert_one_sentence, objects, uncramp

from skill.audio.frames import SAMPLE_RATE_HZ
from skill.audio.levels import dbfs
from skill.audio.recording import read_recording
from skill.evaluation.bedroom import BEFORE_S, CONDITIONS, SPEECH_DBFS, Bedroom

SPEECH = Path(__file__).resolve().parents[1] / "data" / "speech"
SYNTHETIC = "no recorded human complaint was available"

UTTERANCES = [
    ("idle", "cramp", "site=calf side=left who=self", "my left calf is cramping"),
    ("idle", "cramp", "site=foot side=none who=self", "my toes are curling"),
    ("idle", "cramp", "site=calf side=none who=self", "turn the page and read me another one"),
    ("idle", "emergency", "flag=chest_pain", "I have chest pain"),
    ("idle", "none", "", "did you put the bins out tonight"),
    ("idle", "none", "", "my right calf is cramping"),
    ("coaching", "stop", "", "stop"),
    ("coaching", "not_better", "", "not yet"),
    ("coaching", "better", "", "stop"),
]


def write_set(folder: Path, rows: list[tuple[str, ...]] = UTTERANCES) -> Path:
    folder.mkdir(exist_ok=True)
    text = "".join("\t".join(row) + "\n" for row in rows)
    (folder / "test.tsv").write_text("# context, intent, slots, text\n" + text, encoding="utf-8")
    return folder


def understood(context: str) -> list[tuple[tuple[str, ...], dict]]:
    """Return each utterance of a context with what `uncramp understand` makes of it."""
    rows = [row for row in UTTERANCES if row[0] == context]
    said = "\n".join(row[3] for row in rows).encode()
    return list(
        zip(rows, objects(uncramp("understand", "--context", context, said=said)), strict=True)
    )


def test_understanding_counts_what_understand_tells(tmp_path: Path) -> None:
    run = uncramp("evaluate", "understanding", "--json", "--data", write_set(tmp_path))
    assert run.returncode == 0, run.stderr.decode()
    report = objects(run)[0]
    counted = report["measures"]["uncramp"]
    idle, coaching = understood("idle"), understood("coaching")

    complaints = [(row, told) for row, told in idle if row[1] == "cramp"]
    found = [(row, told) for row, told in complaints if told["intent"] == "cramp"]
    assert (counted["complaints"]["hits"], counted["complaints"]["total"]) == (2, 3)
    assert len(found) == 2
    right = sum(f"site={told['slots']['site']} " in row[2] for row, told in found)
    assert counted["complaint_site"] == {"hits": right, "total": 2, "share": right / 2}
    assert right == 1  # the toes are not the foot
    assert counted["danger_line"] == {"hits": 1, "total": 1, "share": 1.0}
    nothing = [told for row, told in idle if row[1] == "none"]
    alarms = sum(told["intent"] in ("cramp", "emergency") for told in nothing)
    assert counted["none_as_alarm"] == {"hits": alarms, "total": 2, "share": 0.5}
    hits = sum(row[1] == told["intent"] for row, told in coaching)
    assert (counted["coaching"]["hits"], counted["coaching"]["total"]) == (hits, 3)

    wrong = {(one["meant"], one["taken_for"]): one["examples"] for one in report["confusions"]}
    assert wrong["none", "cramp"] == ["my right calf is cramping"]
    assert wrong["better", "stop"] == ["stop"]
    taken = sum(told["intent"] != "none" for _, told in idle + coaching)
    assert sum(one["total"] for one in report["reliability"]) == taken
    assert set(report["measures"]) == {"uncramp", "templates alone", "rapidfuzz"}
    assert all(speed > 0 for speed in report["per_second"].values())


def test_each_evaluation_writes_its_section_and_keeps_the_other(tmp_path: Path) -> None:
    page = tmp_path / "evaluation.md"
    page.write_text("# Old title\n\n## Hearing\n\nHeard before.\n", encoding="utf-8")
    run = uncramp("evaluate", "understanding", "--data", write_set(tmp_path), "--page", page)
    assert run.returncode == 0, run.stderr.decode()
    assert "66.7 % (2 of 3)" in run.stdout.decode()
    assert SYNTHETIC in run.stdout.decode()
    text = page.read_text(encoding="utf-8")
    assert text.index("## Understanding") < text.index("## Hearing")
    assert text.endswith("## Hearing\n\nHeard before.\n")
    assert "| Complaints understood | at least 97 % | 66.7 % (2 of 3) |" in text
    assert SYNTHETIC in text
    drawn = list((tmp_path / "evaluation").glob("*.svg"))
    assert drawn and all(f"evaluation/{plot.name}" in text for plot in drawn)
    assert all("<svg" in plot.read_text(encoding="utf-8") for plot in drawn)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("idle", "cramp", "my calf"), "4 columns"),
        (("asleep", "cramp", "", "my calf"), "'asleep' is not a context"),
        (("idle", "cramps", "", "my calf"), "'cramps' is not an intent"),
        (("idle", "cramp", "site=nose", "my nose"), "'site=nose' is not a slot"),
        (("idle", "cramp", "site=calf", " "), "no text"),
    ],
)
def test_a_broken_row_is_told_with_file_and_line(
    tmp_path: Path, row: tuple[str, ...], told: str
) -> None:
    folder = write_set(tmp_path, [*UTTERANCES[:2], row])
    run = uncramp("evaluate", "understanding", "--data", folder)
    assert_one_sentence(run, f"{folder / 'test.tsv'}:4: ", told)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    for what in ("understanding", "hearing"):
        assert_one_sentence(uncramp("evaluate", what, "--data", missing), str(missing), "--data")
    (tmp_path / "test.tsv").touch()
    assert_one_sentence(
        uncramp("evaluate", "understanding", "--data", tmp_path), "nothing to evaluate"
    )
    assert_one_sentence(uncramp("evaluate", "hearing", "--data", tmp_path), "recordings")


@pytest.mark.parametrize(
    ("what", "package"),
    [
        ("understanding", "matplotlib"),
        ("understanding", "rapidfuzz"),
        ("hearing", "pyroomacoustics"),
    ],
)
def test_without_the_packages_of_an_evaluation_it_says_so(
    tmp_path: Path, what: str, package: str
) -> None:
    hidden = tmp_path / "hidden" / package
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError\n", encoding="utf-8")
    page = tmp_path / "page.md"
    write_recordings(write_set(tmp_path), recorded()[:1])
    run = uncramp(
        "evaluate", what, "--data", tmp_path, "--page", page,
        env={"PYTHONPATH": f"{hidden.parent}:{SPEECH.parents[2]}"},
    )  # fmt: skip
    assert_one_sentence(run, package, "pip install --group evaluate")
    assert not page.exists()


def recorded() -> list[dict[str, str]]:
    with (SPEECH / "manifest.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def write_recordings(folder: Path, rows: list[dict[str, str]]) -> Path:
    """Copy some of the recordings into a folder with a manifest of its own."""
    with (folder / "manifest.tsv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0], delimiter="\t", quoting=csv.QUOTE_NONE)
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        (folder / row["file"]).parent.mkdir(exist_ok=True)
        shutil.copy(SPEECH / row["file"], folder / row["file"])
    return folder


def test_hearing_counts_what_hear_tells(tmp_path: Path) -> None:
    joe = [row for row in recorded() if row["split"] == "test" and row["voice"] == "piper-joe"]
    rows = [next(row for row in joe if row["intent"] == one) for one in ("cramp", "stop", "none")]
    wanted = dict(zip(("cramp", "stop", "none"), rows, strict=True))
    folder = write_recordings(tmp_path, rows)
    page = tmp_path / "page.md"
    run = uncramp("evaluate", "hearing", "--json", "--data", folder, "--page", page)
    assert run.returncode == 0, run.stderr.decode()
    report = objects(run)[0]
    assert report["recordings"] == 3
    assert len(report["conditions"]) == 4
    close = report["conditions"]["close, clean"]

    def heard(intent: str, context: str) -> dict:
        file = folder / wanted[intent]["file"]
        return objects(uncramp("hear", "--context", context, file))[0]

    complaint = heard("cramp", "idle")
    assert close["found"]["complaint"]["hits"] == complaint["activated"]
    site = complaint["utterances"][0]["slots"].get("site")
    assert close["right"]["complaint"]["hits"] == (f"site={site}" in wanted["cramp"]["slots"])
    stopped = heard("stop", "coaching")["utterances"][0]["intent"] == "stop"
    assert close["found"]["stop"] == {"hits": stopped, "total": 1, "share": float(stopped)}
    assert close["false_starts"] == heard("none", "idle")["activated"]
    length = soundfile.info(folder / wanted["none"]["file"]).duration
    assert close["other_talk_hours"] == pytest.approx(length / 3600, abs=1e-4)
    assert SYNTHETIC in page.read_text(encoding="utf-8")
    assert list((tmp_path / "page").glob("*.svg"))


def test_hearing_counts_false_starts_in_other_recordings(tmp_path: Path) -> None:
    talk = NIGHT / "did-you-put-the-bins-out-tonight.flac"
    between = np.zeros(SAMPLE_RATE_HZ, dtype=np.int16)
    complaint = read_recording(COMPLAINT)
    twice = np.concatenate([complaint, between, read_recording(talk), between, complaint])
    (tmp_path / "deeper").mkdir()
    soundfile.write(tmp_path / "deeper" / "twice.wav", twice, SAMPLE_RATE_HZ)
    shutil.copy(talk, tmp_path)
    run = uncramp("evaluate", "hearing", "--json", "--data", tmp_path)
    report = objects(run)[0]
    files = [tmp_path / "deeper" / "twice.wav", tmp_path / talk.name]
    hours = sum(soundfile.info(file).duration for file in files) / 3600
    assert report["false_starts"] == 2
    assert report["hours"] == pytest.approx(hours, abs=1e-4)
    assert report["false_starts_an_hour"] == pytest.approx(2 / hours, abs=0.01)
    assert {one["file"] for one in report["heard"]} == {"deeper/twice.wav"}
    assert "2" in uncramp("evaluate", "hearing", "--data", tmp_path).stdout.decode()


def test_a_manifest_without_its_recording_is_told_with_file_and_line(tmp_path: Path) -> None:
    rows = recorded()[:2]
    folder = write_recordings(tmp_path, rows)
    (folder / rows[1]["file"]).unlink()
    run = uncramp("evaluate", "hearing", "--data", folder)
    assert_one_sentence(run, f"{folder / 'manifest.tsv'}:3: ", rows[1]["file"])
    (folder / "manifest.tsv").write_text("file\ttext\tintent\n", encoding="utf-8")
    run = uncramp("evaluate", "hearing", "--data", folder)
    assert_one_sentence(run, f"{folder / 'manifest.tsv'}:1: ", "split")


@pytest.mark.parametrize("condition", CONDITIONS[1:], ids=lambda one: one.name)
def test_the_noise_is_as_far_below_the_voice_as_said(condition) -> None:
    bedroom = Bedroom()
    complaint, talk = read_recording(COMPLAINT), [read_recording(next(NIGHT.glob("did-*.flac")))]
    assert condition.snr_db is not None
    for name in ("a", "b", "c", "d", "e", "f", "g", "h"):  # every noise, from every bed
        mixed = bedroom.heard(complaint, condition, name, talk * 3)
        assert (mixed == bedroom.heard(complaint, condition, name, talk * 3)).all()
        noise = np.concatenate([mixed[: round(BEFORE_S * SAMPLE_RATE_HZ)], mixed[-12_000:]])
        assert dbfs(noise) == pytest.approx(SPEECH_DBFS - condition.snr_db, abs=4)
        assert np.abs(mixed).max() < 32_000


def test_the_recordings_are_what_the_manifest_says() -> None:
    rows = recorded()
    assert len(rows) >= 400
    assert len({row["voice"] for row in rows}) >= 6
    assert any("muffled" in row["voice"] for row in rows)
    assert any("whispered" in row["voice"] for row in rows)
    files = {SPEECH / row["file"] for row in rows}
    assert len(files) == len(rows)
    assert files == set(SPEECH.glob("**/*.flac"))
    assert sum(file.stat().st_size for file in files) < 15_000_000
    for file in files:
        sound = soundfile.info(file)
        assert (sound.samplerate, sound.channels) == (SAMPLE_RATE_HZ, 1)
    splits = {split: {row["text"] for row in rows if row["split"] == split}
              for split in ("tune", "test")}  # fmt: skip
    assert splits["tune"] and splits["test"] and not splits["tune"] & splits["test"]
