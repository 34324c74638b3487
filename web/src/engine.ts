/** Asking the engine in the browser, where no server is. */

import { placeFile } from "./addresses";
import type { Fault } from "./engine-errors";
import type { Question, Reply } from "./engine-worker";
import { readIsland } from "./language";

const DATA = "export/rdf/dataset.nq.gz";
const BASE = "https://w3id.org/ukfr/sparql";
const replies = new Map<number, (reply: Reply) => void>();
let worker: Worker | undefined;
let count = 0;

/** A query that the engine could not answer. */
export class FaultError extends Error {
  constructor(readonly fault: Fault) {
    super(fault.error);
  }
}

/**
 * Have a query answered by the engine; it is started with the first one.
 *
 * @throws FaultError the query is wrong, it takes more memory than there is, or the dataset could not be read
 * @throws DOMException (AbortError) the signal was given: the engine is ended, and started anew with the next query
 */
export async function answer(query: string, rows: string, triples: string, signal?: AbortSignal): Promise<{ text: string; type: string }> {
  worker ??= start();
  const id = ++count;
  const question: Question = {
    id, query, rows, triples, base: BASE,
    data: new URL(placeFile(DATA), location.href).href,
    prefixes: readIsland<Record<string, string>>("prefixes"),
  };
  const reply = await new Promise<Reply>((resolve, reject) => {
    replies.set(id, resolve);
    signal?.addEventListener("abort", () => {
      end();
      reject(new DOMException("aborted", "AbortError"));
    });
    worker!.postMessage(question);
  });
  if (reply.fault?.hasEnded) end();
  if (reply.fault) throw new FaultError(reply.fault);
  return { text: reply.text!, type: reply.type! };
}

/** Start the engine and have it read the dataset, before someone has written a query. */
export function prepare(): void {
  answer("ASK {}", "application/sparql-results+json", "application/n-triples").catch(() => undefined); // who asks is told
}

function start(): Worker {
  const started = new Worker(new URL("./engine-worker.ts", import.meta.url), { type: "module" });
  started.onmessage = (event: MessageEvent<Reply>) => {
    replies.get(event.data.id)?.(event.data);
    replies.delete(event.data.id);
  };
  started.onerror = (event) => {
    for (const [id, tell] of replies) tell({ id, fault: { error: event.message || "The engine could not be started." } });
    end();
  };
  return started;
}

/** End the engine; the next query starts it anew. */
function end(): void {
  worker?.terminate();
  worker = undefined;
  replies.clear();
}
