/** The engine in the browser: the dataset in Oxigraph, asked by messages. */

import init, { Store } from "oxigraph/web.js";
import wasm from "oxigraph/web_bg.wasm?url";
import { type Fault, readFault } from "./engine-errors";

export interface Question {
  id: number;
  /** Where the dataset is, as N-Quads packed by gzip. */
  data: string;
  query: string;
  /** Media type of rows, and of triples. */
  rows: string;
  triples: string;
  prefixes: Record<string, string>;
  base: string;
}

export interface Reply {
  id: number;
  text?: string;
  type?: string;
  fault?: Fault;
}

/** A clause that names the dataset itself; `?from <= …` is none. */
const DATASET = /(?<![?$\w:.-])FROM(?:\s+NAMED)?(?:\s*<|\s+[\w.-]*:)/i;
const waiting: MessageEvent<Question>[] = [];
let store: Promise<Store> | undefined;

// Before the first await: a message that comes earlier would be lost.
onmessage = (event: MessageEvent<Question>) => {
  waiting.push(event);
  if (waiting.length === 1) void answerAll();
};

async function answerAll(): Promise<void> {
  for (let event = waiting[0]; event; event = waiting[0]) {
    postMessage(await answer(event.data));
    waiting.shift();
  }
}

async function answer(question: Question): Promise<Reply> {
  const declared = Object.entries(question.prefixes).map(([name, iri]) => `PREFIX ${name}: <${iri}> `).join("");
  try {
    store ??= open(question.data);
    return { id: question.id, ...evaluate(await store, question, declared) };
  } catch (error) {
    return { id: question.id, fault: readFault(error, declared) };
  }
}

async function open(data: string): Promise<Store> {
  const software = unpack(new URL(`${wasm}.gz`, import.meta.url).href);
  const module = new Response(await software, { headers: { "Content-Type": "application/wasm" } });
  const content = unpack(data).then((stream) => new Response(stream).text());
  await init({ module_or_path: module });
  const opened = new Store();
  opened.load(await content, { format: "application/n-quads", no_transaction: true, lenient: true });
  return opened;
}

/** Read a file that is packed by gzip; some hosts say so, and the browser has unpacked it. */
async function unpack(address: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const reader = response.body!.getReader();
  let next = await reader.read();
  const isPacked = next.value?.[0] === 0x1f && next.value[1] === 0x8b;
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (next.done) return controller.close();
      controller.enqueue(next.value);
      next = await reader.read();
    },
  });
  return isPacked ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}

/** Answers as the endpoint does: over all graphs together, with the usual prefixes declared. */
function evaluate(opened: Store, question: Question, declared: string): { text: string; type: string } {
  const isGraph = /^(?:\s|#[^\n]*\n|PREFIX\s+\S+\s*<[^>]*>|BASE\s*<[^>]*>)*(?:CONSTRUCT|DESCRIBE)\b/i.test(question.query);
  const type = isGraph ? question.triples : question.rows;
  const text = opened.query(declared + question.query, {
    base_iri: question.base, results_format: type, use_default_graph_as_union: !DATASET.test(question.query),
  });
  return { text: String(text), type };
}
