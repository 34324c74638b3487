/** A network as /export/network gives it (node-link JSON with places), and the part of it that a reader has chosen. */

import Graph from "graphology";
import { language } from "./language";

/** A label in English, and in each other language of the dataset. */
export interface Labels {
  label: string;
  [other: `label_${string}`]: string;
}

export interface NetworkNode extends Labels {
  id: string;
  type: string;
  kind: string;
  weight: number;
  clauses: string[];
  x: number;
  y: number;
  community?: number;
}

export interface NetworkEdge extends Labels {
  source: string;
  target: string;
  iri: string;
  weight: number;
  clauses: string[];
}

export interface NetworkData {
  directed: boolean;
  graph: Labels & { projection: string; version: string; path: string[] };
  nodes: NetworkNode[];
  edges: NetworkEdge[];
}

/** Nodes carry their own record; an edge has every tie between its two ends. */
export interface NodeAttributes {
  x: number;
  y: number;
  size: number;
  label: string;
  node: NetworkNode;
}
export interface EdgeAttributes {
  size: number;
  ties: NetworkEdge[];
}
export type NetworkGraph = Graph<NodeAttributes, EdgeAttributes>;

/** Return the label of a node or an edge in the reader's language. */
export function labelOf(item: Labels): string {
  return item[`label_${language}`] || item.label;
}

/** Make the graph that is drawn: parallel ties become one edge. */
export function buildGraph(data: NetworkData): NetworkGraph {
  const graph: NetworkGraph = new Graph({ type: data.directed ? "directed" : "undirected", multi: false, allowSelfLoops: true });
  for (const node of data.nodes) {
    graph.addNode(node.id, { x: node.x, y: -node.y, size: 1, label: labelOf(node), node });
  }
  for (const tie of data.edges) {
    if (!graph.hasNode(tie.source) || !graph.hasNode(tie.target)) continue;
    const known = graph.edge(tie.source, tie.target);
    if (known) {
      const ties = [...graph.getEdgeAttribute(known, "ties"), tie];
      graph.mergeEdgeAttributes(known, { ties, size: thickness(ties) });
    } else {
      graph.addEdge(tie.source, tie.target, { ties: [tie], size: thickness([tie]) });
    }
  }
  const scale = data.nodes.length > 2000 ? 0.5 : data.nodes.length > 400 ? 0.75 : 1;
  graph.forEachNode((id, { node }) => {
    const reach = node.type === "community" ? node.weight : graph.degree(id);
    graph.setNodeAttribute(id, "size", scale * (3.5 + Math.min(2.1 * Math.sqrt(reach), 16)));
  });
  return graph;
}

function thickness(ties: NetworkEdge[]): number {
  return Math.min(0.8 + 0.4 * ties.reduce((sum, tie) => sum + tie.weight, 0), 5);
}

/** The reader's choice of a part of a network. Paths come before surroundings, as on the server. */
export interface Choice {
  types: ReadonlySet<string>;
  focus: string;
  steps: number;
  from: string;
  to: string;
}

export interface Seen {
  /** The nodes that are shown. */
  nodes: Set<string>;
  /** One shortest path, where one was asked for and there is one. */
  path: string[];
  /** Return whether an edge between two shown nodes is shown. */
  hasEdge: (source: string, target: string) => boolean;
}

/** Find the part of a network that a choice leaves: types first, then a path or what lies around a focus. */
export function choose(graph: NetworkGraph, choice: Choice): Seen {
  const nodes = new Set(
    choice.types.size ? graph.filterNodes((_, { node }) => choice.types.has(node.type) || choice.types.has(node.kind)) : graph.nodes());
  if (nodes.has(choice.from) && nodes.has(choice.to)) return choosePaths(graph, nodes, choice.from, choice.to);
  if (nodes.has(choice.focus)) {
    return { nodes: new Set(distances(graph, nodes, choice.focus, choice.steps).keys()), path: [], hasEdge: () => true };
  }
  return { nodes, path: [], hasEdge: () => true };
}

function choosePaths(graph: NetworkGraph, among: Set<string>, from: string, to: string): Seen {
  const before = distances(graph, among, from);
  const length = before.get(to);
  if (length === undefined) return { nodes: new Set([from, to]), path: [], hasEdge: () => true };
  const after = distances(graph, among, to);
  const nodes = new Set([...before].filter(([id, far]) => far + (after.get(id) ?? Infinity) === length).map(([id]) => id));
  const path = [from];
  while (path.at(-1) !== to) {
    const next = graph.neighbors(path.at(-1)).filter((id) => nodes.has(id) && before.get(id) === path.length).sort()[0]!;
    path.push(next);
  }
  return { nodes, path, hasEdge: (a, b) => Math.abs(before.get(a)! - before.get(b)!) === 1 };
}

/** Return the number of steps from a node to each that can be reached, in either direction of the ties. */
export function distances(graph: NetworkGraph, among: ReadonlySet<string>, start: string, most = Infinity): Map<string, number> {
  const far = new Map([[start, 0]]);
  let edge = [start];
  for (let step = 1; edge.length && step <= most; step++) {
    const next: string[] = [];
    for (const id of edge) {
      graph.forEachNeighbor(id, (other) => {
        if (among.has(other) && !far.has(other)) {
          far.set(other, step);
          next.push(other);
        }
      });
    }
    edge = next;
  }
  return far;
}

/** Return the nodes that are seen as a list has them: a path from its beginning, and else by the number of their neighbours. */
export function orderNodes(graph: NetworkGraph, { nodes, path }: Seen): string[] {
  if (path.length) return [...path, ...[...nodes].filter((id) => !path.includes(id))];
  return [...nodes].sort((a, b) => graph.degree(b) - graph.degree(a)
    || graph.getNodeAttribute(a, "label").localeCompare(graph.getNodeAttribute(b, "label")));
}

/** Return the nodes that have all words in their labels or IRI; nothing where there are no words. */
export function findNodes(graph: NetworkGraph, text: string): ReadonlySet<string> | undefined {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return undefined;
  return new Set(graph.filterNodes((id, { node }) => {
    const all = `${node.label} ${labelOf(node)} ${id}`.toLowerCase();
    return words.every((word) => all.includes(word));
  }));
}
