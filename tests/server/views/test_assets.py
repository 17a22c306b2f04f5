"""The built bundle in a page's head."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.views import assets


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(assets, "DIST", tmp_path)
    assets.manifest.cache_clear()
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/static/<path:filename>", "static", lambda filename: "")
    yield app
    assets.manifest.cache_clear()


def test_an_entry_brings_its_style_its_chunks_and_its_script(page: Flask, tmp_path: Path) -> None:
    entry = {"form": {"js": "form-1.js", "preload": ["chunk-2.js"], "css": "form-3.css"}}
    (tmp_path / "manifest.json").write_text(json.dumps(entry), encoding="utf-8")
    with page.test_request_context():
        assert str(assets.asset("form")).splitlines() == [
            '<link rel="stylesheet" href="/static/dist/form-3.css">',
            '<link rel="modulepreload" href="/static/dist/chunk-2.js">',
            '<script type="module" src="/static/dist/form-1.js"></script>',
        ]


def test_a_missing_bundle_says_how_to_make_it(page: Flask) -> None:
    with page.test_request_context(), pytest.raises(assets.NotBuilt, match="make web"):
        assets.asset("app")
