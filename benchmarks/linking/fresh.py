"""Make the fresh set: treaties that look like records of UK Treaties Online and are not, or are and look otherwise.

    UKFR_FCDO_CSV=… python benchmarks/linking/fresh.py > benchmarks/linking/fresh.tsv

Drawn with a fixed seed from records that are no target in ``labelled.tsv``. The wording is by rule, the label follows
from the rule: a record's title with its place and day at the end, and no other date (``place``); a record's parties by
official names or codes, and its month alone (``official``); an instrument about a record's, signed the same day or later
by the same parties (``derived``: none of them); a record's title and day with another state of like name, or another
neighbour, in place of one party (``swapped``: none of them).
"""

from __future__ import annotations

import csv
import random
import sys
from datetime import date

from labels import read_questions, records_path

SEED, EACH = 20261129, 60
DERIVED = (
    "Protocol amending the {}", "Additional Protocol to the {}", "Exchange of Notes concerning the {}",
    "Reservations to the {}", "Ratification of the {}", "Accession to the {}", "Agreement implementing the {}",
    "Protocole additionnel : {}", "Termination of the {}", "Act approving the {}",
)  # fmt: skip
OFFICIAL = {
    "FRANCE": "French Republic", "GERMANY": "DEU", "NETHERLANDS THE": "Kingdom of the Netherlands", "ITALY": "380",
    "UNITED STATES OF AMERICA": "USA", "SWITZERLAND": "Swiss Confederation", "BELGIUM": "Royaume de Belgique",
    "UNITED KINGDOM": "United Kingdom of Great Britain and Northern Ireland", "SPAIN": "ESP", "PORTUGAL": "PRT",
    "GERMANY FEDERAL REPUBLIC": "Federal Republic of Germany", "DENMARK": "Kingdom of Denmark", "NORWAY": "NOR",
    "SWEDEN": "Suède", "GREECE": "Hellenic Republic", "JAPAN": "392", "TURKEY": "Turkey", "SOVIET UNION": "USSR",
}  # fmt: skip
LIKE = {
    "GERMANY FEDERAL REPUBLIC": "GERMAN DEMOCRATIC REPUBLIC", "GERMANY": "AUSTRIA", "SWEDEN": "SWITZERLAND",
    "BELGIUM": "LUXEMBOURG", "SPAIN": "PORTUGAL", "PORTUGAL": "SPAIN", "NORWAY": "DENMARK", "DENMARK": "NORWAY",
    "AUSTRIA": "AUSTRALIA", "CHINA": "Republic of Korea", "IRAN": "IRAQ", "IRAQ": "IRAN", "NETHERLANDS THE": "BELGIUM",
    "KOREA": "Democratic People's Republic of Korea", "FRANCE": "ITALY", "ITALY": "FRANCE", "POLAND": "CZECHOSLOVAKIA",
    "CONGO, DEMOCRATIC REPUBLIC OF": "Republic of the Congo", "YEMEN ARAB REPUBLIC": "South Yemen", "JAPAN": "CHINA",
    "UNITED STATES OF AMERICA": "CANADA", "SOVIET UNION": "FINLAND", "GREECE": "TURKEY", "TURKEY": "GREECE",
}  # fmt: skip


def main() -> None:
    """Write the set."""
    used = {target for question in read_questions() for target in question.answers}
    with records_path().open(encoding="utf-8", newline="") as file:
        records = [
            row for row in csv.DictReader(file) if len(row["signed"]) == len("1950-01-01") and row["title"].isascii()
        ]
    names = {row["record_url"]: f"fcdo:{row['record_url'].rpartition('/')[2]}" for row in records}
    same: dict[tuple[str, str], list[str]] = {}
    for row in records:
        same.setdefault((row["title"], row["signed"]), []).append(names[row["record_url"]])
    draw = random.Random(SEED)
    fresh = [
        row for row in records
        if names[row["record_url"]] not in used and row["signed"] < "1977" and 25 < len(row["title"]) < 250
    ]  # fmt: skip
    draw.shuffle(fresh)
    out = csv.writer(sys.stdout, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
    out.writerow(["id", "part", "group", "hard", "title", "signed", "parties", "targets", "basis"])
    counts: dict[str, int] = {}
    for row in fresh:
        parties = [name.strip() for name in row["parties"].split(";") if name.strip().isupper()]
        answers = " ".join(same[row["title"], row["signed"]])
        group = draw.choice(("place", "official", "derived", "swapped"))
        title, signed, place = row["title"].replace("\t", " ").replace('"', "'"), row["signed"], row["place"].strip()
        if counts.get(group, 0) >= EACH or not 2 <= len(parties) <= 4:
            continue
        if group == "place":
            if not place.isalpha() or not place.istitle() or any(word in title.lower() for word in ("amend", "extend")):
                continue
            day = date.fromisoformat(signed)
            form = draw.choice(("{}. {}, {}", "{} ({}, {})", "{}, signed at {} on {}", "{}, {}, {}"))
            title = form.format(title, place, f"{day.day} {day:%B} {day.year}")
            signed = ""
        elif group == "official":
            if not any(name in OFFICIAL for name in parties):
                continue
            parties, signed = [OFFICIAL.get(name, name) for name in parties], signed[:7]
        elif group == "derived":
            title, answers = draw.choice(DERIVED).format(title), ""
            signed = (
                signed
                if draw.random() < 0.5
                else f"{int(signed[:4]) + draw.randint(1, 9)}{signed[4:]}".replace("-02-29", "-02-28")
            )
        else:
            swapped = next((name for name in parties if name in LIKE), "")
            if not swapped:
                continue
            parties = [LIKE[name] if name == swapped else name for name in parties]
            title, answers = title.replace(swapped.title(), LIKE[swapped].title()), ""
        counts[group] = counts.get(group, 0) + 1
        basis = f"by rule from {names[row['record_url']]}"
        out.writerow(
            [f"{group}{counts[group]:02d}", "fresh", group, group, title, signed, ";".join(parties), answers, basis]
        )


if __name__ == "__main__":
    main()
