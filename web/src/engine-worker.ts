/** The engine in the browser: the dataset in Oxigraph, asked by messages. */

import init, { Store } from "oxigraph/web.js";
import wasm from "oxigraph/web_bg.wasm?url";

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
  error?: string;
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
  try {
    store ??= open(question.data);
    return { id: question.id, ...evaluate(await store, question) };
  } catch (error) {
    return { id: question.id, error: String(error instanceof Error ? error.message : error) };
  }
}

async function open(data: string): Promise<Store> {
  const [content] = await Promise.all([read(data), init({ module_or_path: new URL(wasm, import.meta.url) })]);
  const opened = new Store();
  opened.load(content, { format: "application/n-quads", no_transaction: true, lenient: true });
  return opened;
}

/** Some hosts say that the file is packed, and browsers unpack it; others give it as it is. */
async function read(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const content = new Uint8Array(await response.arrayBuffer());
  const isPacked = content[0] === 0x1f && content[1] === 0x8b;
  if (!isPacked) return new TextDecoder().decode(content);
  return new Response(new Blob([content]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

/** Answers as the endpoint does: over all graphs together, with the usual prefixes declared. */
function evaluate(opened: Store, question: Question): { text: string; type: string } {
  const declared = Object.entries(question.prefixes).map(([name, iri]) => `PREFIX ${name}: <${iri}> `).join("");
  const isGraph = /^(?:\s|#[^\n]*\n|PREFIX\s+\S+\s*<[^>]*>|BASE\s*<[^>]*>)*(?:CONSTRUCT|DESCRIBE)\b/i.test(question.query);
  const type = isGraph ? question.triples : question.rows;
  const text = opened.query(declared + question.query, {
    base_iri: question.base, results_format: type, use_default_graph_as_union: !DATASET.test(question.query),
  });
  return { text: String(text), type };
}
