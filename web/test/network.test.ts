import { expect, test } from "vitest";
import { drawSvg } from "../src/drawing";
import { buildGraph, choose, type NetworkData } from "../src/network";
import { EVERYTHING } from "../src/network-choice";
import { exportAddress } from "../src/network-source";

/** a – b – c – d, a – e – d, and f alone; two ties between a and b. */
function data(label = "label"): NetworkData {
  const tie = (source: string, target: string) => ({ source, target, iri: "", label: "tied", label_fr: "lié", weight: 1, clauses: [] });
  return {
    directed: true,
    graph: { projection: "all", version: "1", label: "", label_fr: "", path: [] },
    nodes: [..."abcdef"].map((id, x) => ({
      id, label: `${label} ${id}`, label_fr: "", type: id < "c" ? "ukfr:Actor" : "ukfr:Place", kind: "", weight: 1, clauses: [], x, y: 0,
    })),
    edges: [tie("a", "b"), tie("a", "b"), tie("c", "b"), tie("c", "d"), tie("e", "a"), tie("e", "d")],
  };
}

test("parallel ties are one edge that has them all", () => {
  const graph = buildGraph(data());
  expect(graph.size).toBe(5);
  expect(graph.getEdgeAttribute(graph.edge("a", "b"), "ties")).toHaveLength(2);
});

test("surroundings go by steps, whichever way a tie points", () => {
  const graph = buildGraph(data());
  const around = (steps: number) => [...choose(graph, { ...EVERYTHING, focus: "a", steps }).nodes].sort().join("");
  expect([0, 1, 2, 3].map(around)).toEqual(["a", "abe", "abcde", "abcde"]);
});

test("a path is the shortest, and beyond the types that are shown there is none", () => {
  const graph = buildGraph(data());
  const found = choose(graph, { ...EVERYTHING, from: "a", to: "d" });
  expect(found.path).toEqual(["a", "e", "d"]);
  expect([...found.nodes].sort().join("")).toBe("ade");
  expect(choose(graph, { ...EVERYTHING, from: "a", to: "f" })).toMatchObject({ path: [] });
  expect(choose(graph, { ...EVERYTHING, types: new Set(["ukfr:Actor"]), from: "a", to: "d" }).path).toEqual([]);
});

test("of two shortest paths both are shown, and no edge beside them", () => {
  const square = data();
  square.edges = [["a", "b"], ["b", "d"], ["a", "c"], ["c", "d"], ["b", "c"]].map(([source, target]) => ({ ...square.edges[0]!, source: source!, target: target! }));
  const found = choose(buildGraph(square), { ...EVERYTHING, from: "a", to: "d" });
  expect([...found.nodes].sort().join("")).toBe("abcd");
  expect([found.path, found.hasEdge("a", "b"), found.hasEdge("b", "c")]).toEqual([["a", "b", "d"], true, false]);
});

test("what is drawn holds no mark-up of a label", () => {
  const graph = buildGraph(data("</text><script>\"'&\u0000\ud800"));
  const palette = { of: () => "#000000", ink: "#000000", sheet: "#ffffff", edge: "#888888", faded: "#cccccc", accent: "#0000ff" };
  const drawn = drawSvg(graph, choose(graph, EVERYTHING), palette, "<title>");
  expect(drawn).not.toContain("<script>");
  expect(drawn).toContain("&lt;/text&gt;&lt;script&gt;&quot;&#39;&amp;");
  expect(drawn).not.toMatch(/[\u0000\ud800]/);
  expect(drawn.match(/<circle/g)).toHaveLength(6);
});

test("a query of the reader's own names its projection", () => {
  expect(exportAddress(new URLSearchParams({ query: "ASK {}" }), "json")).toBe("/export/network?query=ASK+%7B%7D&projection=query&format=json");
  expect(exportAddress(new URLSearchParams({ topic: "vocab:topic/x" }), "gexf")).toBe("/export/network?topic=vocab%3Atopic%2Fx&format=gexf");
});
