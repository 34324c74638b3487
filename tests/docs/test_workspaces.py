"""The guide to workspaces: its commands run as they stand, and its tables are those of the code."""

import re
from pathlib import Path

from support.commands import run_command
from ukfr_graph.build import build_graphs
from ukfr_graph.own_terms import TERM_TYPES
from ukfr_graph.workspace import WorkspaceKeys

PATH = Path(__file__).resolve().parents[2] / "docs/workspaces.md"
GUIDE = PATH.read_text("utf-8")
TEXT = "<html><body><h1>A statement</h1><p>Canada and New Zealand will plant 4 trees.</p></body></html>"


def write_guide(text: str) -> str:
    """Write the tables that follow from the code into the guide."""
    keys = "".join(f"| `{name}` | {field.description} |\n" for name, field in WorkspaceKeys.model_fields.items())
    types = ", ".join(f"`{name}`" for name in sorted(TERM_TYPES))
    text = re.sub(
        r"(?s)<!-- keys -->.*<!-- /keys -->", f"<!-- keys -->\n| key | meaning |\n|---|---|\n{keys}<!-- /keys -->", text
    )
    return re.sub(r"<!-- types -->.*<!-- /types -->", f"<!-- types -->{types}<!-- /types -->", text)


def test_the_keys_and_the_types_are_those_of_the_code() -> None:
    assert write_guide(GUIDE) == GUIDE, "repair with: python tests/docs/test_workspaces.py"


def test_the_commands_print_what_the_guide_shows(tmp_path: Path) -> None:
    (tmp_path / "statement.html").write_text(TEXT)
    variables = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "NO_COLOR": "1"}
    shown = "".join(re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL))
    for part in re.split(r"(?m)^\$ ", shown)[1:]:
        command, _, output = part.partition("\n")
        done = run_command(*command.split()[1:], cwd=tmp_path, variables=variables)
        printed = done.stdout or done.stderr
        assert output.strip() in printed.replace("\r\n", "\n"), (command, printed)
    assert (tmp_path / "ca-nz/vocab").is_dir()
    (terms,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "ca-nz/vocab/topics.yaml").write_text(terms)
    built = build_graphs(tmp_path / "ca-nz")
    assert built.profile.title == {"en": "Canada – New Zealand"}


if __name__ == "__main__":
    PATH.write_text(write_guide(GUIDE), "utf-8")
