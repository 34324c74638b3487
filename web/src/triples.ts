/** N-Triples as rows of subject, predicate and object (https://www.w3.org/TR/n-triples/). */

import type { Row, Term } from "./terms";

export const TRIPLE_COLUMNS = ["subject", "predicate", "object"];

const PART = /\s*(?:<([^<>]*)>|(_:[^\s]+)|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^<>]*)>)?)/y;
const ESCAPES: Record<string, string> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f", '"': '"', "'": "'", "\\": "\\" };

/** Read triples; a line with a quoted triple, which a table cannot show, is left out and counted. */
export function readTriples(text: string): { rows: Row[]; skipped: number } {
  const rows: Row[] = [];
  let skipped = 0;
  for (const line of text.split("\n")) {
    if (!line.trim() || line.startsWith("#")) continue;
    PART.lastIndex = 0;
    const parts: Term[] = [];
    for (let match = PART.exec(line); match && parts.length < 3; match = PART.exec(line)) parts.push(readTerm(match));
    const [subject, predicate, object] = parts;
    if (subject && predicate && object) rows.push({ subject, predicate, object });
    else skipped++;
  }
  return { rows, skipped };
}

function readTerm(match: RegExpExecArray): Term {
  const [, iri, blank, literal, tongue, datatype] = match;
  if (iri !== undefined) return { type: "uri", value: unescape(iri) };
  if (blank !== undefined) return { type: "bnode", value: blank.slice(2) };
  return {
    type: "literal",
    value: unescape(literal ?? ""),
    ...(tongue ? { "xml:lang": tongue } : {}),
    ...(datatype ? { datatype } : {}),
  };
}

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, letter) =>
    letter !== undefined ? ESCAPES[letter] ?? letter : String.fromCodePoint(Number.parseInt(short ?? long, 16)));
}
