"""Measure matching on the labelled set.

    UKFR_FCDO_CSV=… python benchmarks/linking/measure.py [tuning|test|fresh|second|third|fourth|fifth|hand] [--errors]

Questions are matched against every record of UK Treaties Online. P@1: how often the likeliest candidate is right.
Acceptance: how often an automatically accepted candidate is right, with a random half of the right records taken away
(so that half of the questions have no answer, besides those that never had one). Intervals are Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterable, Sequence

from labels import Question, read_questions, read_records

from ukfr_graph.link.datasets.treaties import Treaty
from ukfr_graph.link.matching.matcher import Matcher
from ukfr_graph.link.matching.matches import Match

SEED, REMOVALS = 20261124, 20
Z = 1.96


def interval(hits: int, tries: int) -> str:
    """Write a share with Wilson's interval."""
    if not tries:
        return "no cases"
    share = hits / tries
    middle = (share + Z * Z / (2 * tries)) / (1 + Z * Z / tries)
    spread = Z * math.sqrt(share * (1 - share) / tries + Z * Z / (4 * tries * tries)) / (1 + Z * Z / tries)
    return f"{share:.3f} ({middle - spread:.3f}–{min(middle + spread, 1):.3f}), {hits} of {tries}"


def rank(match: Match, question: Question) -> int:
    """Return the place of the first right candidate, from 1; 99 where none is right."""
    found = [at for at, c in enumerate(match.candidates, 1) if c.target.identifier in question.answers]
    return min(found, default=99)


def match_all(records: Sequence[Treaty], questions: Sequence[Question]) -> list[Match]:
    """Match every question."""
    return Matcher(records).match([question.treaty for question in questions])


def report(title: str, pairs: Iterable[tuple[Question, Match]]) -> None:
    """Print how often the first and one of the first five is right."""
    ranks = [rank(match, question) for question, match in pairs if question.answers]
    print(f"  {title:28} P@1 {interval(sum(r == 1 for r in ranks), len(ranks)):38} recall@5 ", end="")
    print(interval(sum(r <= 5 for r in ranks), len(ranks)))


def main() -> None:
    """Print the measures of one part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "part",
        choices=("tuning", "test", "fresh", "second", "third", "fourth", "fifth", "hand"),
        nargs="?",
        default="tuning",
        help="the part of the labelled pairs",
    )
    parser.add_argument("--errors", action="store_true", help="print what was matched wrongly")
    parser.add_argument(
        "--draws", type=int, default=REMOVALS, help="how often half of the right records are taken away"
    )
    arguments = parser.parse_args()
    questions, records = read_questions(arguments.part), read_records()
    pairs = list(zip(questions, match_all(records, questions), strict=True))
    print(f"{arguments.part}: {len(questions)} questions, {sum(bool(q.answers) for q in questions)} with an answer")
    report("all", pairs)
    report("hard", [p for p in pairs if p[0].hard])
    for reason in ("series", "titles-differ", "year-only", "date-differs"):
        report(f"  {reason}", [p for p in pairs if reason in p[0].hard])
    for group in dict.fromkeys(question.group for question in questions):
        report(group, [p for p in pairs if p[0].group == group])
    accepted = [(q, m) for q, m in pairs if m.outcome == "accepted"]
    print(f"  accepted, all records        {interval(sum(rank(m, q) == 1 for q, m in accepted), len(accepted))}")
    if arguments.errors:
        show_errors(pairs)
    if arguments.draws:
        measure_acceptance(questions, records, arguments.draws)


def measure_acceptance(questions: Sequence[Question], records: Sequence[Treaty], draws: int) -> None:
    """Print the precision of acceptance with half of the right records taken away, over several draws."""
    answers = sorted({answer for question in questions for answer in question.answers})
    draw = random.Random(SEED)
    hits = tries = right_nones = nones = 0
    shares = []
    for _ in range(draws):
        gone = set(draw.sample(answers, len(answers) // 2))
        matches = match_all([r for r in records if r.identifier not in gone], questions)
        accepted = [(q, m) for q, m in zip(questions, matches, strict=True) if m.outcome == "accepted"]
        right = sum(rank(m, q) == 1 for q, m in accepted)
        hits, tries = hits + right, tries + len(accepted)
        shares.append(right / len(accepted) if accepted else 1.0)
        absent = [m for q, m in zip(questions, matches, strict=True) if not q.answers - gone]
        nones, right_nones = nones + len(absent), right_nones + sum(m.outcome != "accepted" for m in absent)
    print(f"  accepted, half taken away    {interval(round(hits / draws), round(tries / draws))} on average of")
    print(f"    {draws} draws (worst draw {min(shares):.3f}; all draws {hits} of {tries} = {hits / max(tries, 1):.4f})")
    print(f"  not accepted where absent    {interval(round(right_nones / draws), round(nones / draws))}")


def show_errors(pairs: Iterable[tuple[Question, Match]]) -> None:
    """Print what came out wrong."""
    for question, match in pairs:
        place = rank(match, question)
        if (question.answers and place != 1) or (match.outcome == "accepted" and place != 1):
            print(f"\n{question.name} {question.group} {' '.join(question.hard)}: {match.outcome}, right at {place}")
            print(f"    {question.treaty.signed} {sorted(question.treaty.parties)} {question.treaty.title[:150]}")
            for candidate in match.candidates:
                mark = "*" if candidate.target.identifier in question.answers else " "
                levels = " ".join(f"{name}={candidate.level(name)}" for name, at in candidate.levels if at)
                print(
                    f"  {mark} {candidate.weight:6.2f} {candidate.target.signed} {candidate.target.title[:90]}\n           {levels}"
                )


if __name__ == "__main__":
    main()
