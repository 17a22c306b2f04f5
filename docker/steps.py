"""``make image-steps``: the steps of the Dockerfile without an engine, in a clean folder.

Each COPY takes from a fresh checkout of what is committed, each RUN runs in its WORKDIR; a
stage's folder stands for its root, a virtual environment for its Python. The one RUN that makes a
user and folders of the machine is left to the engine. In the end the entrypoint serves, and the
HEALTHCHECK of the Dockerfile must succeed.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OF_THE_MACHINE = "useradd"
PATIENCE = 120
PORT = "8000"


@dataclass
class Stage:
    """One FROM: its folder, where it stands in it, what its RUNs see."""

    root: Path
    place: Path = Path()
    settings: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def at(self, path: str) -> Path:
        """Where a path of the image lies."""
        return self.root / (path.lstrip("/") if path.startswith("/") else self.place / path)


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Word and rest of each instruction, continued lines joined."""
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.strip().partition(" ")
            yield word, rest.strip()


class Image:
    """The stages so far, and what the last one would start."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.stages = folder, dict[str, Stage]()
        self.source = folder / "source"
        self.check: list[str] = []
        self._checkout()

    def _checkout(self) -> None:
        self.source.mkdir()
        archive = subprocess.run(
            ["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True
        )
        subprocess.run(["tar", "-xf", "-"], cwd=self.source, input=archive.stdout, check=True)

    @property
    def stage(self) -> Stage:
        """The one being built."""
        return list(self.stages.values())[-1]

    def do(self, word: str, rest: str) -> None:
        """One instruction; those that only describe the image change nothing here."""
        print(f"  {word} {rest}", flush=True)
        step = getattr(self, f"_{word.lower()}", None)
        if step:
            step(rest)

    def _from(self, rest: str) -> None:
        image, _, name = rest.partition(" AS ")
        stage = Stage(self.folder / name)
        stage.root.mkdir()
        if image.startswith("python"):
            subprocess.run([sys.executable, "-m", "venv", stage.root / "python"], check=True)
            stage.settings["PATH"] = f"{stage.root / 'python/bin'}:{stage.settings['PATH']}"
        self.stages[name] = stage

    def _workdir(self, rest: str) -> None:
        self.stage.place = Path(rest.lstrip("/"))
        self.stage.at(".").mkdir(parents=True, exist_ok=True)

    def _env(self, rest: str) -> None:
        self.stage.settings |= dict(pair.split("=", 1) for pair in shlex.split(rest))

    def _copy(self, rest: str) -> None:
        *sources, target = rest.split()
        origin = self.source
        if sources[0].startswith("--from="):
            origin = self.stages[sources.pop(0).removeprefix("--from=")].root
        for source in sources:
            self._copy_one(origin / source.lstrip("/"), target)

    def _copy_one(self, source: Path, target: str) -> None:
        to = self.stage.at(target)
        if source.is_dir():
            shutil.copytree(source, to, dirs_exist_ok=True)
        else:
            shutil.copy2(source, to / source.name if to.is_dir() else to)

    def _run(self, rest: str) -> None:
        if OF_THE_MACHINE in rest:
            print("    left to the engine", flush=True)
            return
        stage = self.stage
        subprocess.run(["sh", "-ec", rest], cwd=stage.at("."), env=stage.settings, check=True)

    def _healthcheck(self, rest: str) -> None:
        self.check = json.loads(rest.partition("CMD ")[2])

    def serves(self) -> bool:
        """Whether the entrypoint's web comes to answer the health check, on an empty office."""
        stage = self.stage
        data = {"GUICHENG_DATA_DIR": str(self.folder / "data"), "BIND": f"127.0.0.1:{PORT}"}
        settings = stage.settings | data
        begin = {"cwd": stage.at("."), "env": settings}
        for command in ("migrate", "publish"):
            subprocess.run(["./entrypoint", command], check=True, **begin)  # type: ignore[call-overload]
        served = subprocess.Popen(["./entrypoint", "web"], **begin)  # type: ignore[call-overload]
        try:
            return self._is_healthy(settings)
        finally:
            served.terminate()
            served.wait(30)

    def _is_healthy(self, settings: dict[str, str]) -> bool:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if subprocess.run(self.check, env=settings, capture_output=True).returncode == 0:
                return True
            time.sleep(1)
        return False


def main() -> int:
    """Exit code 0 when every step succeeds and the result serves."""
    text = (ROOT / "docker/Dockerfile").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="guicheng-image-") as folder:
        image = Image(Path(folder))
        for word, rest in instructions(text):
            image.do(word, rest)
        healthy = image.serves()
    print("healthy" if healthy else "NOT HEALTHY")
    return int(not healthy)


if __name__ == "__main__":
    sys.exit(main())
