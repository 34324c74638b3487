import hashlib
from pathlib import Path

import pytest

from ukfr_graph.errors import NotFoundError
from ukfr_graph.sources import read_text


def test_a_text_is_read_by_its_hash_and_never_from_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "sources" / "one"
    folder.mkdir(parents=True)
    (folder / "text.txt").write_text("Déclaration", "utf-8")
    (tmp_path / "secret.txt").write_text("secret")
    checksum = hashlib.sha256("Déclaration".encode()).hexdigest()
    assert read_text(tmp_path, "one", "text.txt", checksum.upper()) == "Déclaration"
    with pytest.raises(NotFoundError, match="not the one that was coded"):
        read_text(tmp_path, "one", "text.txt", "0" * 64)
    secret = hashlib.sha256(b"secret").hexdigest()
    for name, file in (("..", "secret.txt"), ("one", "../../secret.txt"), ("one", "none.txt"), ("one/..", "text.txt")):
        with pytest.raises(NotFoundError, match="not among the sources"):
            read_text(tmp_path, name, file, secret)
