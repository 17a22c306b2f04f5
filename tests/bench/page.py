"""``make results``: the figures last written down, as one page that needs nothing beside itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from markupsafe import Markup

from server.views import charts
from server.views.charts import Part
from tests.bench.rows import RESULTS
from tests.procedures import ROOT

STYLES = ROOT / "server/views/web/src/styles"
PAGE = Markup("""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Guicheng: speed and scale</title>
<style>{}
body {{ max-width: 1080px; margin: 32px auto; padding: 0 16px; font: 14px/1.6 var(--gc-font);
  color: var(--gc-ink); }}
table {{ width: 100%; border-collapse: collapse; margin: 8px 0 32px; }}
td, th {{ padding: 4px 8px; border-bottom: 1px solid #e3e6ea; text-align: left; }}
td.n {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }}
section > div {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr));
  gap: 24px; }}
.missed {{ color: #b3261e; font-weight: 600; }}
.key::before {{ content: "■ "; }}
</style><body><h1>Speed and scale</h1>{}</body></html>
""")
TOLD = Markup("<h2>{}</h2><p>{}</p>")
CHART = Markup("<figure><figcaption>{}</figcaption>{}</figure>")
COLOURS = ("gc-r-0", "gc-r-1", "gc-r-2")


def main() -> int:
    """Write the page beside the results; returns the exit code."""
    files = sorted(RESULTS.glob("*.json"))
    parts = [_told(file.stem, json.loads(file.read_text(encoding="utf-8"))) for file in files]
    style = "".join(
        (STYLES / name).read_text(encoding="utf-8") for name in ("base.css", "chart.css")
    )
    page = RESULTS / "index.html"
    page.write_text(PAGE.format(Markup(style), Markup("").join(parts)), encoding="utf-8")
    print(page.relative_to(ROOT))
    return 0


def _told(name: str, found: Mapping[str, Any]) -> Markup:
    machine = found["machine"]
    about = (
        f"{found['day']} · {found['command']} · {machine['cpus']} processors shared with others,"
        f" {machine['memory_gib']} GiB, load {machine['load'][0]} at the end · Python"
        f" {machine['python']}"
    )
    aimed = [row for row in found["rows"] if row["target"] is not None]
    rest = [row for row in found["rows"] if row["target"] is None]
    parts = [TOLD.format(name, about), _table(aimed), *_charts(rest), _table(rest)]
    return Markup("<section>{}</section>").format(Markup("").join(parts))


def _table(rows: Iterable[Mapping[str, Any]]) -> Markup:
    head = "<tr><th>figure</th><th>work items</th><th>seen</th><th>aimed at</th><th></th></tr>"
    return Markup("<table>{}{}</table>").format(Markup(head), Markup("").join(map(_line, rows)))


def _line(row: Mapping[str, Any]) -> Markup:
    verdict = {True: "reached", False: "missed", None: ""}[row["reached"]]
    aim = "" if row["target"] is None else f"{'≥' if row['least'] else '≤'} {row['target']:g}"
    cells = (f"{row['size']:,}" if row["size"] else "", f"{row['value']:,g} {row['unit']}", aim)
    told = Markup("").join(Markup('<td class="n">{}</td>').format(cell) for cell in cells)
    return Markup('<tr><td>{}</td>{}<td class="{}">{}</td></tr>').format(
        row["name"], told, verdict, verdict
    )


def _charts(rows: Iterable[Mapping[str, Any]]) -> Iterator[Markup]:
    """One for each reader: the time of each page, a bar for each size."""
    seen: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["name"].endswith("· p95") and row["name"].count("·") == 2:
            seen.setdefault(row["name"].split(" · ")[1], []).append(row)
    sizes = sorted({row["size"] for found in seen.values() for row in found})
    key = Markup(" ").join(
        Markup('<span class="key {}">{:,} work items</span>').format(COLOURS[n % 3], size)
        for n, size in enumerate(sizes)
    )
    if seen:
        yield Markup("<p>p95 in milliseconds · {}</p><div>").format(key)
        for reader, found in seen.items():
            yield CHART.format(reader, charts.bars(list(_bars(found, sizes)), reader))
        yield Markup("</div>")


def _bars(found: Iterable[Mapping[str, Any]], sizes: list[int]) -> Iterator[tuple[str, list[Part]]]:
    named = ""
    for row in sorted(found, key=lambda row: (row["name"], row["size"])):
        page, colour = row["name"].split(" · ")[0], COLOURS[sizes.index(row["size"]) % 3]
        told = f"{page}, {row['size']:,}: {row['value']} ms"
        yield ("" if page == named else page), [Part(colour, max(round(row["value"]), 1), told)]
        named = page


if __name__ == "__main__":
    sys.exit(main())
