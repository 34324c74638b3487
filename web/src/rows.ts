/** An answer as rows, whatever it is. */

import type { Answered } from "./answer-view";
import { TRIPLES } from "./endpoint";
import type { Rows } from "./terms";
import { readTriples, TRIPLE_COLUMNS } from "./triples";

/** Read rows, a yes or no, or triples as rows of three. */
export function readAnswer(text: string, type: string): Omit<Answered, "query" | "answer"> {
  if (type === TRIPLES) return { names: TRIPLE_COLUMNS, ...readTriples(text), isGraph: true };
  const { head, results, boolean } = JSON.parse(text) as Rows;
  return boolean === undefined
    ? { names: head.vars ?? [], rows: results?.bindings ?? [], isGraph: false }
    : { names: [], rows: [], isGraph: false, truth: boolean };
}
