/** What the engine in the browser says of a query that it cannot answer, in terms of the query as it was written. */

export interface Fault {
  error: string;
  /** They count from 1. */
  line?: number;
  column?: number;
  /** The engine has ended: it had no more memory, and has to be started anew. */
  hasEnded?: boolean;
}

const POSITION = /^error at (\d+):(\d+):\s*/;
const CHARACTER_CLASS = /\[[^\]]{40,}\](, )?/g; // the parser lists whole ones
const LONGEST = 300;

/** Read an error; `declared` is what was put before the query, in its first line. */
export function readFault(thrown: unknown, declared: string): Fault {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError) return { error: message, hasEnded: true };
  const found = POSITION.exec(message);
  if (!found) return { error: message };
  const [line, column] = [Number(found[1]), Number(found[2])];
  const error = message.slice(found[0].length).replace(/\s+/g, " ").replace(CHARACTER_CLASS, "").slice(0, LONGEST);
  return { error, line, column: Math.max(1, line === 1 ? column - declared.length : column) };
}

/** Return whether a text is an update (SPARQL 1.1 Update), which is no query. */
export function isUpdate(text: string): boolean {
  return /^(?:\s|#[^\n]*\n|PREFIX\s+\S+\s*<[^>]*>|BASE\s*<[^>]*>)*(?:ADD|CLEAR|COPY|CREATE|DELETE|DROP|INSERT|LOAD|MOVE|WITH)\b/i.test(text);
}
