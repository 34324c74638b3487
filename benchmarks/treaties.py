"""A made-up dataset in the terms of the ontology, as large as one likes: the same seed gives the same bytes.

``python benchmarks/treaties.py --triples 1000000 --out /tmp/treaties.nq``
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

BENCH = "https://example.org/bench/"
UKFR = "https://w3id.org/ukfr/ontology#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
SUBJECT = "<http://purl.org/dc/terms/subject>"
ISSUED = "<http://purl.org/dc/terms/issued>"
IS_PART_OF = "<http://purl.org/dc/terms/isPartOf>"
BROADER = "<http://www.w3.org/2004/02/skos/core#broader>"
OA = "http://www.w3.org/ns/oa#"
XSD = "http://www.w3.org/2001/XMLSchema#"

KINDS = ("Pledge", "Report", "Call", "Recognition", "Reaffirmation")
UNITS = ("EUR", "GBP", "person", "officer", "network")
WORDS = (
    "agree commit border security police asylum children exchange information joint team port fund support return "
    "cooperation terrorism migration firearms data protection minister government partner region summit"
).split()
CLAUSES_PER_STATEMENT = 20
STATEMENTS_PER_GRAPH = 500
TOPICS, ACTORS, INSTRUMENTS = 400, 300, 2000


def iri(kind: str, number: int) -> str:
    """Name a thing."""
    return f"<{BENCH}{kind}/{number}>"


def generate(triples: int, seed: int = 2016) -> Iterator[str]:
    """Yield at least that many N-Quads, a statement with its clauses at a time."""
    randomness = random.Random(seed)
    shared = f"<{BENCH}graph/shared>"
    count = 0
    for line in _write_shared(randomness):
        count += 1
        yield f"{line} {shared} .\n"
    statement = 0
    while count < triples:
        graph = f"<{BENCH}graph/{statement // STATEMENTS_PER_GRAPH}>"
        for line in _write_statement(statement, randomness):
            count += 1
            yield f"{line} {graph} .\n"
        statement += 1


def _write_shared(randomness: random.Random) -> Iterator[str]:
    for topic in range(1, TOPICS):
        yield f"{iri('topic', topic)} {BROADER} {iri('topic', (topic - 1) // 3)}"
    for topic in range(TOPICS):
        yield f'{iri("topic", topic)} {LABEL} "{_words(randomness, 2)}"@en'
    for actor in range(ACTORS):
        yield f"{iri('actor', actor)} {RDF_TYPE} <{UKFR}Ministry>"
        yield f'{iri("actor", actor)} {LABEL} "Ministry of {_words(randomness, 2)}"@en'
    for instrument in range(INSTRUMENTS):
        yield f"{iri('instrument', instrument)} {RDF_TYPE} <{UKFR}Treaty>"
        yield f'{iri("instrument", instrument)} {LABEL} "Treaty on {_words(randomness, 3)}"@en'
        yield f'{iri("instrument", instrument)} {ISSUED} "{_date(randomness)}"^^<{XSD}date>'


def _write_statement(number: int, randomness: random.Random) -> Iterator[str]:
    statement = iri("statement", number)
    yield f"{statement} {RDF_TYPE} <{UKFR}Statement>"
    yield f'{statement} {LABEL} "Statement {number} on {_words(randomness, 3)}"@en'
    yield f'{statement} {ISSUED} "{_date(randomness)}"^^<{XSD}date>'
    for place in range(CLAUSES_PER_STATEMENT):
        at = number * CLAUSES_PER_STATEMENT + place
        clause, evidence = iri("clause", at), iri("evidence", at)
        yield f"{clause} {RDF_TYPE} <{UKFR}{randomness.choice(KINDS)}>"
        yield f"{clause} {IS_PART_OF} {statement}"
        yield f'{clause} {LABEL} "{_words(randomness, 6)}"@en'
        yield f'{clause} {LABEL} "fr {_words(randomness, 6)}"@fr'
        yield f"{clause} <{UKFR}holder> {iri('actor', int(randomness.expovariate(0.02)) % ACTORS)}"
        yield f"{clause} {SUBJECT} {iri('topic', int(randomness.expovariate(0.01)) % TOPICS)}"
        yield f"{clause} <{UKFR}evidence> {evidence}"
        yield f"{evidence} <{OA}hasSource> {statement}"
        yield f'{evidence} <{OA}exact> "{_words(randomness, 12)} {at}"'
        if randomness.random() < 0.3:
            yield f"{clause} <{UKFR}cites> {iri('instrument', randomness.randrange(INSTRUMENTS))}"
        if randomness.random() < 0.2:
            quantity = iri("quantity", at)
            yield f"{clause} <{UKFR}quantity> {quantity}"
            yield f'{quantity} <{UKFR}value> "{randomness.randrange(1, 10_000)}"^^<{XSD}integer>'
            yield f'{quantity} <{UKFR}unit> "{randomness.choice(UNITS)}"'


def _words(randomness: random.Random, number: int) -> str:
    return " ".join(randomness.choices(WORDS, k=number))


def _date(randomness: random.Random) -> str:
    return f"{randomness.randrange(1960, 2025)}-{randomness.randrange(1, 13):02}-{randomness.randrange(1, 29):02}"


def write_dataset(triples: int, path: Path) -> None:
    """Write the dataset to a file."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(generate(triples))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000, help="the size of the dataset")
    parser.add_argument("--out", type=Path, required=True, help="the file of N-Quads")
    given = parser.parse_args()
    write_dataset(given.triples, given.out)
