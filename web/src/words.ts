/** Finding resources by words in the dataset that the browser has: all words must occur, each as the beginning of one. */

import { ask, ROWS } from "./endpoint";
import type { Rows } from "./terms";

export interface Entry {
  iri: string;
  label: string;
  language: string;
  /** Its other names, its definition, and its notes. */
  texts: string[];
}

const MOST = 200;
const TEXTS = `SELECT ?iri ?text (MIN(?rank) AS ?weight) {
  VALUES (?property ?rank) {
    (rdfs:label 0) (skos:prefLabel 0) (dcterms:title 0) (skos:altLabel 1) (skos:notation 1) (adms:identifier 2)
    (ukfr:summary 2) (skos:definition 2) (dcterms:description 2) (oa:exact 3)
  }
  { ?iri ?property ?text } UNION { ?iri ukfr:evidence/oa:hasSelector ?quote . ?quote ?property ?text FILTER (?rank = 3) }
  FILTER (STRSTARTS(STR(?iri), "https://w3id.org/ukfr/") && !CONTAINS(STR(?iri), "#") && ISLITERAL(?text))
} GROUP BY ?iri ?text ORDER BY ?iri ?weight`;

let entries: Promise<Entry[]> | undefined;

/** Fold a text for comparing: without case, accents and hyphens. */
export function fold(text: string): string[] {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Choose the entries that have every word; those first whose names have them, then the shorter names. */
export function choose(all: readonly Entry[], words: string, language: string): Entry[] {
  const asked = fold(words);
  if (!asked.length) return [];
  const found: [number, Entry][] = [];
  for (const entry of all) {
    const name = fold(entry.label);
    const rest = entry.texts.flatMap(fold);
    const has = (list: string[], word: string): boolean => list.some((other) => other.startsWith(word));
    if (!asked.every((word) => has(name, word) || has(rest, word))) continue;
    const inName = asked.filter((word) => has(name, word)).length;
    found.push([(asked.length - inName) * 1000 + name.length + (entry.language === language ? 0 : 0.5), entry]);
  }
  return found.sort(([a], [b]) => a - b).slice(0, MOST).map(([, entry]) => entry);
}

/** Find resources; the texts are read from the dataset once. */
export async function find(words: string, language: string): Promise<Entry[]> {
  entries ??= read(language);
  return choose(await entries, words, language);
}

async function read(language: string): Promise<Entry[]> {
  const rows = JSON.parse((await ask(TEXTS, ROWS)).text) as Rows;
  const byIri = new Map<string, Entry>();
  for (const { iri, text, weight } of rows.results?.bindings ?? []) {
    if (!iri || !text) continue;
    const entry = byIri.get(iri.value) ?? { iri: iri.value, label: "", language: "", texts: [] };
    byIri.set(iri.value, entry);
    const tongue = text["xml:lang"] ?? "";
    if (weight?.value === "0" && (!entry.label || tongue === language)) {
      if (entry.label) entry.texts.push(entry.label);
      [entry.label, entry.language] = [text.value, tongue];
    } else {
      entry.texts.push(text.value);
    }
  }
  return [...byIri.values()].filter((entry) => entry.label);
}
