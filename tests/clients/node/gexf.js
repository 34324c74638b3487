// Reads a network with graphology-gexf; prints its order and size.
import graphology from "graphology";
import gexf from "graphology-gexf";

const [server] = process.argv.slice(2);
const answer = await fetch(`${server}/export/network?projection=actor-instrument&format=gexf`);
const graph = gexf.parse(graphology.MultiDirectedGraph ?? graphology.default.MultiDirectedGraph, await answer.text());
const places = graph.filterNodes((_, facts) => Number.isFinite(facts.x) && facts.label);
console.log(JSON.stringify({ nodes: graph.order, edges: graph.size, placed: places.length }));
