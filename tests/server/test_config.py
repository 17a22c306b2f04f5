"""Settings: what is set counts, what is mistyped is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from server.config import Config, ConfigError, from_environment


def test_an_empty_environment_is_the_embedded_default() -> None:
    assert from_environment({}) == Config()


def test_each_kind_of_setting_is_read_as_what_it_is() -> None:
    config = from_environment(
        {
            "GUICHENG_PORT": "9000",
            "GUICHENG_TICK": "0.5",
            "GUICHENG_DEMONSTRATION": "yes",
            "GUICHENG_DATA_DIR": "data",
            "PATH": "ignored",
        }
    )
    assert (config.port, config.tick, config.demonstration) == (9000, 0.5, True)
    assert config.data_dir == Path("data")


@pytest.mark.parametrize(
    ("name", "text"),
    [("GUICHENG_PROT", "1"), ("GUICHENG_PORT", "many"), ("GUICHENG_SECURE_COOKIES", "perhaps")],
)
def test_a_mistake_is_refused_by_its_name(name: str, text: str) -> None:
    with pytest.raises(ConfigError, match=name):
        from_environment({name: text})


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path / "data")
    first = config.checked().secret_key
    assert len(first) >= 40
    assert config.checked().secret_key == first
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0


def test_a_fixed_day_is_refused_outside_the_demonstration(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path, today="2025-04-01")
    with pytest.raises(ConfigError):
        config.checked()
    assert replace(config, demonstration=True).checked().today == "2025-04-01"


def test_secrets_may_lie_in_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n")
    config = from_environment({"GUICHENG_SECRET_KEY_FILE": str(tmp_path / "key")})
    assert config.secret_key == "k" * 40
    with pytest.raises(ConfigError, match="GUICHENG_SECRET_KEY_FILE"):
        from_environment({"GUICHENG_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_a_guessable_secret_is_refused_outside_the_demonstration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="GUICHENG_SECRET_KEY"):
        Config(data_dir=tmp_path, secret_key="changeme").checked()
    assert Config(data_dir=tmp_path, secret_key="changeme", demonstration=True).checked()
