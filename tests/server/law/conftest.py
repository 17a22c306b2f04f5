"""The catalogue of the repository, read once for all tests of this room."""

from pathlib import Path

import pytest

from server.law.catalogue import Catalogue, from_disk
from server.law.law import Law

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return from_disk(ROOT)


@pytest.fixture(scope="session")
def shanxi(catalogue: Catalogue) -> Law:
    return Law.of(catalogue, "shanxi")


@pytest.fixture(scope="session")
def national(catalogue: Catalogue) -> Law:
    return Law.of(catalogue, "national")


@pytest.fixture(scope="session")
def jiangxi(catalogue: Catalogue) -> Law:
    return Law.of(catalogue, "jiangxi")


@pytest.fixture(scope="session")
def jiangxi_base(catalogue: Catalogue) -> Law:
    return Law.of(catalogue, "jiangxi_base")
