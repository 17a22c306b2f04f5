"""The archive package: whole, readable without the software, and not to be changed unseen."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import db
from server.errors import NotAllowed, NotFound
from server.studio.scenarios import finding
from server.work import archive
from server.work.archive import Whole
from tests.server.work.played import played

FIRST = "0" * 64


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A project from application to archive."""
    with played("jiangxi_base/SC-095", tmp_path_factory.mktemp("papers")) as play:
        yield play.cases["本案"]


@pytest.fixture(scope="module")
def whole(case: str) -> Whole:
    with db.read() as tx:
        return archive.whole(tx, case)


@pytest.fixture
def package(whole: Whole) -> zipfile.ZipFile:
    out = io.BytesIO()
    archive.pack(whole, out)
    return zipfile.ZipFile(out)


@pytest.fixture
def unpacked(package: zipfile.ZipFile, tmp_path: Path) -> Path:
    package.extractall(tmp_path)
    return tmp_path


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the verifier that lies in the package, away from this software."""
    return subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py")], capture_output=True, text=True,
        check=False, cwd=folder,
    )  # fmt: skip


def test_a_verifier_of_twenty_lines_recomputes_the_chain(
    package: zipfile.ZipFile, whole: Whole
) -> None:
    """Written from the explanation in the package alone."""
    before = FIRST
    lines = package.read("journal/journal.txt").decode().splitlines()
    for number, line in enumerate(lines, start=1):
        stated, _, text = line.partition(" ")
        entry = json.loads(text)
        assert hashlib.sha256(text.encode()).hexdigest() == stated
        assert (entry["prev_hash"], entry["seq"]) == (before, number)
        before = stated
    assert before == json.loads(package.read("journal/head.json"))["head"]
    assert before == whole.dossier.case["journal_head"]
    assert len(lines) > 15


def test_every_file_is_in_the_manifest_with_its_sum(package: zipfile.ZipFile) -> None:
    stated = dict(
        reversed(line.split("  ", 1))
        for line in package.read("manifest.sha256").decode().splitlines()
    )
    names = set(package.namelist()) - {"manifest.sha256"}
    assert set(stated) == names
    for name in names:
        assert hashlib.sha256(package.read(name)).hexdigest() == stated[name]


def test_the_package_holds_data_papers_law_and_rules(
    package: zipfile.ZipFile, whole: Whole
) -> None:
    names = package.namelist()
    papers = json.loads(package.read("data/papers.json"))
    assert {each["name"] for each in papers} >= {"project_application.pdf", "closeout_report.pdf"}
    for each in papers:
        assert hashlib.sha256(package.read(each["path"])).hexdigest() == each["sha256"]
    number = whole.dossier.instances[0]["publication_id"]
    diagram = f"law/publication-{number}/processes/regimes/jiangxi_base/project_approval.bpmn"
    assert {diagram, "law/handlers/project_approval.py"} <= set(names)
    assert package.read(diagram) == whole.trees[number][diagram.split("/", 2)[2]]
    data = json.loads(package.read("data/case.json"))
    assert (data["state"], data["record"]["project_number"]) == (
        "archived",
        "创新项目〔2025〕0001号",
    )
    kinds = {each["kind"] for each in json.loads(package.read("data/records.json"))}
    assert {"project", "work_plan_entry", "project_publication", "project_archive"} <= kinds
    issued = {each["kind"]: each for each in json.loads(package.read("data/issued_papers.json"))}
    assert issued.keys() >= {"project_approval", "project_notice", "project_closure"}
    template = "processes/papers/project_approval.toml"
    stated = hashlib.sha256(package.read(f"law/publication-{number}/{template}")).hexdigest()
    assert issued["project_approval"]["template"] == stated


def test_the_record_reads_without_script_and_without_the_net(package: zipfile.ZipFile) -> None:
    page = package.read("index.html").decode()
    assert "<script" not in page
    assert "http://" not in page.replace("http-equiv", "") and "https://" not in page
    for words in ("创新项目〔2025〕0001号", "审议结题报告", "closeout_report.pdf", "征求意见稿"):
        assert words in page
    for path in package.namelist():
        if path.startswith("papers/"):
            assert f'href="{path}"' in page


def test_the_record_is_a_pdf_too_with_its_typeface_embedded(package: zipfile.ZipFile) -> None:
    drawn = package.read("record.pdf")
    assert drawn.startswith(b"%PDF-")
    assert b"/FontFile2" in drawn


def test_the_verifier_in_the_package_finds_all_intact(unpacked: Path) -> None:
    told = verify(unpacked)
    assert (told.returncode, told.stdout.strip()[:4]) == (0, "核对一致")


def test_a_changed_paper_is_named(unpacked: Path) -> None:
    paper = next((unpacked / "papers").iterdir())
    paper.write_bytes(paper.read_bytes() + b"!")
    told = verify(unpacked)
    assert told.returncode == 1
    assert f"papers/{paper.name}" in told.stdout


def rewrite(folder: Path, path: str, content: str) -> None:
    """Change a file and cover it up in the manifest."""
    (folder / path).write_text(content, encoding="utf-8")
    manifest = folder / "manifest.sha256"
    lines = manifest.read_text(encoding="utf-8").splitlines()
    fresh = hashlib.sha256(content.encode()).hexdigest()
    kept = [f"{fresh}  {path}" if line.endswith(f"  {path}") else line for line in lines]
    manifest.write_text("\n".join(kept) + "\n", encoding="utf-8")


def test_an_entry_rewritten_with_a_fresh_hash_breaks_the_chain(unpacked: Path) -> None:
    lines = (unpacked / "journal/journal.txt").read_text(encoding="utf-8").splitlines()
    text = lines[3].partition(" ")[2].replace("2025", "2024", 1)
    lines[3] = f"{hashlib.sha256(text.encode()).hexdigest()} {text}"
    rewrite(unpacked, "journal/journal.txt", "\n".join(lines) + "\n")
    assert "第 5 条办理记录与校验值不符" in verify(unpacked).stdout


def test_an_entry_left_out_at_the_end_does_not_reach_the_head(unpacked: Path) -> None:
    lines = (unpacked / "journal/journal.txt").read_text(encoding="utf-8").splitlines()
    rewrite(unpacked, "journal/journal.txt", "\n".join(lines[:-1]) + "\n")
    assert "链头不符" in verify(unpacked).stdout


def test_a_changed_answer_does_not_fit_the_journal(unpacked: Path) -> None:
    text = (unpacked / "journal/handed_in.txt").read_text(encoding="utf-8")
    rewrite(unpacked, "journal/handed_in.txt", text.replace("approved", "returned", 1))
    assert "办理内容与校验值不符" in verify(unpacked).stdout


def test_parties_who_see_the_whole_case_get_it_and_strangers_do_not(case: str) -> None:
    lead = finding.person("unit_a.1", "undertaker", "jiangxi_base", case)
    stranger = finding.person("unit_b.1", "undertaker", "jiangxi_base", case)
    with db.read() as tx:
        assert archive.whole(tx, case, lead).entries == archive.whole(tx, case).entries
        with pytest.raises(NotFound):
            archive.whole(tx, case, stranger)


def test_a_case_is_found_by_its_number(case: str, whole: Whole) -> None:
    with db.read() as tx:
        assert archive.find(tx, whole.dossier.case["number"]) == case
        with pytest.raises(NotFound):
            archive.find(tx, "没有")


def test_who_may_not_know_the_experts_gets_no_package(tmp_path: Path) -> None:
    with played("shanxi/SC-045", tmp_path) as play:
        case = play.cases["本案"]
        applicant = finding.person("unit_a.1", "undertaker", "shanxi", case)
        officer = finding.holder("authority", "shanxi")
        with db.read() as tx:
            with pytest.raises(NotAllowed) as refused:
                archive.whole(tx, case, applicant)
            assert refused.value.code == "not_whole"
            assert archive.whole(tx, case, officer).entries
