import hashlib
from pathlib import Path

import pytest

from ukfr_graph.errors import NotFoundError
from ukfr_graph.source_texts import SourceTexts


def test_a_text_is_read_by_its_hash_and_never_from_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "sources" / "one"
    folder.mkdir(parents=True)
    (folder / "text.txt").write_text("Déclaration", "utf-8")
    (folder / "secret.yaml").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    checksum = hashlib.sha256("Déclaration".encode()).hexdigest()
    assert SourceTexts().has_words("clar", "2", "6", checksum) is None
    texts = SourceTexts(str(tmp_path))
    assert texts.read(checksum.upper()) == "Déclaration"
    assert [texts.has_words("clar", start, end, checksum) for start, end in (("2", "6"), ("3", "7"))] == [True, False]
    for unknown in ("0" * 64, hashlib.sha256(b"secret").hexdigest(), "../../secret.txt", ""):
        with pytest.raises(NotFoundError, match="No text here"):
            texts.read(unknown)
