import hashlib
from pathlib import Path

import pytest

from ukfr_graph.errors import NotFoundError
from ukfr_graph.source_texts import check_quote, read_text, share_texts


def test_a_text_is_read_by_its_hash_and_never_from_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "sources" / "one"
    folder.mkdir(parents=True)
    (folder / "text.txt").write_text("Déclaration", "utf-8")
    (folder / "secret.yaml").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    checksum = hashlib.sha256("Déclaration".encode()).hexdigest()
    assert check_quote("clar", "2", "6", checksum) is None
    share_texts(tmp_path)
    assert read_text(checksum.upper()) == "Déclaration"
    assert (check_quote("clar", "2", "6", checksum), check_quote("clar", "3", "7", checksum)) == (True, False)
    for unknown in ("0" * 64, hashlib.sha256(b"secret").hexdigest(), "../../secret.txt", ""):
        with pytest.raises(NotFoundError, match="No text here"):
            read_text(unknown)
