/** Asking /sparql of this server, and no other; where there is none, the engine in the browser. */

import { isStatic, place } from "./addresses";
import { answer, FaultError } from "./engine";
import { isUpdate } from "./engine-errors";
import { _, language } from "./language";
import type { Rows } from "./terms";

/** RFC 9457 problem; `line` and `column` count from 1. */
export interface Problem {
  title: string;
  detail: string;
  status: number;
  line?: number;
  column?: number;
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

export interface Answer {
  text: string;
  type: string;
  milliseconds: number;
  bytes: number;
  isCached: boolean;
  version: string;
}

export const ROWS = "application/sparql-results+json";
export const TRIPLES = "application/n-triples"; // which rows are read of
const LONGEST_ADDRESS = 4000;

/**
 * Ask a query. A short one goes by GET, so that the browser's copy can be used again.
 *
 * @throws ProblemError what the server says is wrong
 * @throws DOMException (AbortError) the signal was given; the server ends the evaluation
 */
export async function ask(query: string, accept: string, signal?: AbortSignal): Promise<Answer> {
  if (isStatic) return askHere(query, accept, signal);
  const form = new URLSearchParams({ query });
  const isShort = form.toString().length < LONGEST_ADDRESS;
  const started = performance.now();
  const response = await fetch(place(isShort ? `/sparql?${form}` : "/sparql"), {
    method: isShort ? "GET" : "POST",
    body: isShort ? null : form,
    headers: { Accept: accept, "Accept-Language": language },
    signal: signal ?? null,
  });
  const text = await response.text();
  const type = (response.headers.get("content-type") ?? "").split(";")[0]!;
  if (!response.ok) throw new ProblemError(readProblem(response.status, type, text));
  return {
    text,
    type,
    milliseconds: performance.now() - started,
    bytes: new TextEncoder().encode(text).length,
    isCached: /\bhit\b/.test(response.headers.get("cache-status") ?? ""),
    version: response.headers.get("ukfr-version") ?? "",
  };
}

/** Ask the engine in the browser; `accept` names a format of rows, of triples, or of both. */
async function askHere(query: string, accept: string, signal?: AbortSignal): Promise<Answer> {
  const types = accept.split(",").map((type) => type.split(";")[0]!.trim());
  const isRows = (type: string): boolean => /sparql-results|csv|tab-separated/.test(type);
  const started = performance.now();
  try {
    const { text, type } = await answer(query, types.find(isRows) ?? ROWS, types.find((each) => !isRows(each)) ?? TRIPLES, signal);
    const bytes = new TextEncoder().encode(text).length;
    return { text, type, milliseconds: performance.now() - started, bytes, isCached: false, version: "" };
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { error: detail, line, column } = error.fault;
    const place = line && column ? { line, column } : {};
    throw new ProblemError({ title: _("The query cannot be answered"), detail: explain(query, error) ?? detail, status: 400, ...place });
  }
}

/** Say what the engine does not say well itself. */
function explain(query: string, { fault }: FaultError): string | undefined {
  if (fault.hasEnded) return _("It takes more memory than the browser has. Ask for less, such as with LIMIT.");
  if (isUpdate(query)) return _("This is an update, and nothing can be written to a site of files.");
  return undefined;
}

function readProblem(status: number, type: string, text: string): Problem {
  if (type === "application/problem+json") return JSON.parse(text) as Problem;
  return { status, title: `HTTP ${status}`, detail: text.slice(0, 500) };
}

// In full: a plain endpoint declares no prefixes.
const LABELS = ["http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/2004/02/skos/core#prefLabel", "http://purl.org/dc/terms/title"];
const known = new Map<string, string>();
const MOST_ASKED = 200;

/** Labels of IRIs in the reader's language, else in English, else in any; what has none is left out. */
export async function findLabels(iris: Iterable<string>): Promise<Map<string, string>> {
  const unknown = [...new Set(iris)].filter((iri) => !known.has(iri) && !/[\s<>"{}|\\^`]/.test(iri));
  for (let start = 0; start < unknown.length; start += MOST_ASKED) {
    const asked = unknown.slice(start, start + MOST_ASKED);
    const query = `SELECT ?iri ?label {
      VALUES ?iri { ${asked.map((iri) => `<${iri}>`).join(" ")} }
      VALUES ?property { ${LABELS.map((iri) => `<${iri}>`).join(" ")} }
      ?iri ?property ?label
    }`;
    const rows = JSON.parse((await ask(query, ROWS)).text) as Rows;
    const rank = new Map<string, number>();
    for (const { iri, label } of rows.results?.bindings ?? []) {
      const tongue = label?.["xml:lang"];
      const worth = tongue === language ? 3 : tongue === "en" ? 2 : 1;
      if (iri && label && worth > (rank.get(iri.value) ?? 0)) {
        rank.set(iri.value, worth);
        known.set(iri.value, label.value);
      }
    }
    for (const iri of asked) if (!known.has(iri)) known.set(iri, "");
  }
  return new Map([...known].filter(([, label]) => label));
}
