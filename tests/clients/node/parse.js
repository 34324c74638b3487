// Parses every saved query, and every query of the examples for editors, as the server publishes them.
import { Parser as Turtle } from "n3";

const [server, name] = process.argv.slice(2);
const parse =
  name === "sparqljs"
    ? await import("sparqljs").then(({ default: { Parser } }) => (text) => new Parser().parse(text))
    : await import("@traqula/parser-sparql-1-1").then(({ Parser }) => (text) => new Parser().parse(text));
const fetchText = async (path, accept) => (await fetch(server + path, { headers: { accept } })).text();

const { queries } = JSON.parse(await fetchText("/queries", "application/json"));
const texts = [];
for (const query of queries) texts.push(await fetchText(query.address, "application/sparql-query"));
const examples = new Turtle().parse(await fetchText("/.well-known/sparql-examples", "text/turtle"));
const shown = /shacl#(select|ask|construct|describe)$/;
for (const { predicate, object } of examples) if (shown.test(predicate.value)) texts.push(object.value);
for (const text of texts) parse(text);
console.log(JSON.stringify({ queries: queries.length, examples: texts.length - queries.length }));
