"""Every file gets the verdict it must get, with a sentence, at once, and leaves nothing behind."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path

import pytest

from server.errors import Invalid
from server.work.documents.files import Files
from tests.hostile.clockwork import within
from tests.hostile.files import TAKEN, Sample, samples

CHINESE = re.compile("[\u4e00-\u9fff]")
SAMPLES = samples()


def verdict(files: Files, sample: Sample) -> str:
    try:
        kept = files.receive(sample.name, io.BytesIO(sample.content))
    except Invalid as refusal:
        assert CHINESE.search(refusal.detail)
        return refusal.code
    assert files.path(kept.sha).read_bytes() == sample.content
    return TAKEN


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name[:30].encode().hex()[:40])
def test_a_file_gets_its_verdict(tmp_path: Path, sample: Sample) -> None:
    files = Files(tmp_path)
    with within(3):
        given = verdict(files, sample)
    assert given == sample.verdict, sample.name
    assert [path for sha, path in files.kept() if not sha] == []
    assert len(list(files.kept())) == (sample.verdict == TAKEN)


def test_the_corpus_is_as_large_as_promised() -> None:
    verdicts = Counter(sample.verdict for sample in SAMPLES)
    assert len(SAMPLES) >= 250 and verdicts[TAKEN] >= 90
    assert {"file_bomb", "file_active", "file_path_trick", "file_remote"} <= verdicts.keys()
