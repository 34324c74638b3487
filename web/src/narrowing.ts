/** Narrowing a network without a server as one would: to ties that rest on chosen clauses, and to what stood on a day. */

import { ask, ROWS } from "./endpoint";
import { readIsland } from "./language";
import type { NetworkData, NetworkEdge, NetworkNode } from "./network";
import { expand, type Row, type Rows } from "./terms";

const CLAUSE = "ukfr:Clause";
const OFFICE = "https://w3id.org/ukfr/ontology#office";
/** By what the clauses behind ties are chosen. */
const FILTERS = ["statement", "topic", "kind", "section"] as const;
const IRI = /^[a-z][\w+.-]*:[^\s<>"{}|\\^`]*$/i;
const DAY = /^\d{4}-\d\d-\d\d$/;
type Asked = (question: string, name: string, term: string) => Promise<Row[]>;

/** Return whether parameters ask for a part of a network. */
export function isNarrow(parameters: URLSearchParams): boolean {
  return [...FILTERS, "at"].some((name) => parameters.get(name));
}

/** The part of a network that parameters ask for (`analysis/requests.py`). @throws ProblemError the engine failed */
export async function narrow(network: NetworkData, parameters: URLSearchParams, asked: Asked = askHere): Promise<NetworkData> {
  const chosen = FILTERS.map((name) => [name, expand(parameters.get(name) ?? "")] as const).filter(([, iri]) => IRI.test(iri));
  const found = await Promise.all(chosen.map(async ([name, iri]) =>
    new Set((await asked(name, name, `<${iri}>`)).map((row) => row["clause"]!.value))));
  const kept = found.length ? keepClauses(network, found.reduce((all, some) => new Set([...all].filter((clause) => some.has(clause))))) : network;
  const day = parameters.get("at") ?? "";
  if (!DAY.test(day)) return kept;
  const term = `"${day}"^^<http://www.w3.org/2001/XMLSchema#date>`;
  const [later, held] = await Promise.all([asked("later", "day", term), asked("office-holders", "day", term)]);
  return keepDay(kept, new Set(later.map((row) => row["node"]!.value)), new Set(held.map((row) => key(row["person"]!.value, row["office"]!.value))));
}

/** The part that rests on some clauses; a tie that rests on none stays where both its ends do. */
function keepClauses(network: NetworkData, kept: ReadonlySet<string>): NetworkData {
  const edges = network.edges.map((edge) => {
    const clauses = edge.clauses.filter((clause) => kept.has(clause));
    return { ...edge, clauses, weight: clauses.length || 1, isBare: !edge.clauses.length };
  });
  const ends = new Set(edges.filter(({ clauses }) => clauses.length).flatMap(({ source, target }) => [source, target]));
  for (const { id, type } of network.nodes) {
    if (kept.has(id)) ends.add(id);
    else if (type === CLAUSE) ends.delete(id);
  }
  const ties = edges.filter(({ source, target, clauses, isBare }) => ends.has(source) && ends.has(target) && (clauses.length || isBare));
  return { ...network, nodes: network.nodes.filter(({ id }) => ends.has(id)).map((node) => restOn(node, ties)), edges: ties };
}

/** Return a network as it was on a day: without later nodes, and with offices held by those who held them then. */
function keepDay(network: NetworkData, later: ReadonlySet<string>, held: ReadonlySet<string>): NetworkData {
  return {
    ...network,
    nodes: network.nodes.filter(({ id }) => !later.has(id)),
    edges: network.edges.filter(({ source, target, iri }) =>
      !later.has(source) && !later.has(target) && (iri !== OFFICE || held.has(key(source, target)))),
  };
}

function restOn(node: NetworkNode, ties: readonly NetworkEdge[]): NetworkNode {
  const behind = ties.filter(({ source, target }) => source === node.id || target === node.id).flatMap(({ clauses }) => clauses);
  const clauses = node.type === CLAUSE ? [node.id] : [...new Set(behind)].sort();
  return { ...node, clauses, weight: clauses.length };
}

function key(source: string, target: string): string {
  return `${source} ${target}`;
}

/** Ask one of the page's questions about a value of a variable. */
async function askHere(question: string, name: string, term: string): Promise<Row[]> {
  const text = readIsland<Record<string, string>>("questions")[question]!.replace("WHERE {", `WHERE { VALUES ?${name} { ${term} }`);
  return (JSON.parse((await ask(text, ROWS)).text) as Rows).results!.bindings;
}
