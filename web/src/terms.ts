/** RDF terms as SPARQL 1.1 Query Results JSON has them, and how they are shown and linked. */

import { place } from "./addresses";
import { readIsland } from "./language";

export interface Term {
  type: "uri" | "literal" | "bnode" | "triple" | "typed-literal";
  value: string;
  datatype?: string;
  "xml:lang"?: string;
}

export type Row = Record<string, Term>;

export interface Rows {
  head: { vars?: string[] };
  results?: { bindings: Row[] };
  boolean?: boolean;
}

const BASE = "https://w3id.org/ukfr/";
const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMERIC = new Set(
  ["integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger",
    "positiveInteger", "negativeInteger", "nonPositiveInteger", "unsignedInt", "unsignedLong", "gYear"]
    .map((name) => XSD + name));

/** The prefixes that queries may use undeclared, as the page has them. */
export const PREFIXES: Readonly<Record<string, string>> = readIsland("prefixes");

/** The namespaces whose IRIs have pages here: those of the dataset beside our own. */
const NAMESPACES = [BASE, ...Object.values(readIsland<string[]>("namespaces"))];

/** An IRI with the longest prefix that fits. */
export function shorten(iri: string, prefixes = PREFIXES): string {
  let best = "";
  for (const [prefix, start] of Object.entries(prefixes)) {
    if (iri.startsWith(start) && start.length > (prefixes[best]?.length ?? 0)) best = prefix;
  }
  return best ? `${best}:${iri.slice(prefixes[best]!.length)}` : iri;
}

/** An IRI as it may stand in a query: compact where SPARQL's grammar lets it, in brackets otherwise. */
export function write(iri: string, prefixes = PREFIXES): string {
  const short = shorten(iri, prefixes);
  return short !== iri && /^[\w-]*:[A-Za-z_0-9]([\w.-]*[\w-])?$/.test(short) ? short : `<${iri}>`;
}

/** The address of an IRI: a page of this site for our own; nothing where a browser must not follow it. */
export function linkTo(iri: string, namespaces = NAMESPACES): string {
  const ours = namespaces.find((namespace) => iri.startsWith(namespace));
  if (ours !== undefined) return place(`/${iri.slice(ours.length).replace(/^id\//, "doc/")}`);
  return /^https?:\/\//.test(iri) ? iri : "";
}

/** A compact IRI in full. */
export function expand(iri: string, prefixes = PREFIXES): string {
  const [prefix, ...rest] = iri.split(":");
  const start = prefixes[prefix!];
  return start && rest.length ? start + rest.join(":") : iri;
}

/** Return a number or a date as a value to sort by and to draw. */
export function measure(term: Term | undefined): number | undefined {
  if (!term || term.type === "uri" || term.type === "bnode") return undefined;
  if (term.datatype && NUMERIC.has(term.datatype)) {
    const value = Number(term.value);
    return Number.isNaN(value) ? undefined : value;
  }
  if (isDate(term)) {
    const value = Date.parse(term.value);
    return Number.isNaN(value) ? undefined : value;
  }
  return undefined;
}

export function isNumber(term: Term | undefined): boolean {
  return term?.datatype !== undefined && NUMERIC.has(term.datatype);
}

export function isDate(term: Term | undefined): boolean {
  return term?.datatype === `${XSD}date` || term?.datatype === `${XSD}dateTime`;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Order two terms: numbers and dates by what they are worth, then texts by the alphabet; nothing comes last. */
export function compare(a: Term | undefined, b: Term | undefined, label: (term: Term) => string): number {
  if (!a || !b) return a ? -1 : b ? 1 : 0;
  const [x, y] = [measure(a), measure(b)];
  if (x !== undefined && y !== undefined) return x - y;
  if (x !== undefined || y !== undefined) return x !== undefined ? -1 : 1;
  return collator.compare(label(a), label(b));
}
