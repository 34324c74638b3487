import { expect, test, vi } from "vitest";
import { complete, listUnused, type Terms } from "../src/completion";

const PREFIXES = { ukfr: "https://w3id.org/ukfr/ontology#", id: "https://w3id.org/ukfr/id/", skos: "http://www.w3.org/2004/02/skos/core#" };
const TERMS: Terms = {
  classes: [{ iri: `${PREFIXES.ukfr}Pledge`, label: { en: "pledge", fr: "engagement" }, count: 26 }],
  properties: [
    { iri: `${PREFIXES.ukfr}holder`, label: { en: "holder", fr: "titulaire" }, count: 84 },
    { iri: `${PREFIXES.skos}prefLabel`, label: {}, count: 276 },
  ],
};
const nothing = () => Promise.resolve([]);

async function labels(before: string, search = nothing as Parameters<typeof complete>[3]): Promise<string[]> {
  return ((await complete(before, before, TERMS, search, PREFIXES))?.options ?? []).map((option) => option.label);
}

test("after 'a' stand classes, and prefixes to find more", async () => {
  expect(await labels("SELECT * { ?c a ")).toEqual(["ukfr:Pledge", "ukfr:", "id:", "skos:"]);
  expect(await labels("SELECT * { ?c rdf:type ukfr:P")).toEqual(["ukfr:Pledge"]);
});

test("a property is found by its name, its local name and its label in either language", async () => {
  for (const typed of ["ukfr:ho", "hold", "titul"]) expect(await labels(`SELECT * { ?c ${typed}`)).toContain("ukfr:holder");
  expect(await labels("SELECT * { ?c skos:")).toEqual(["skos:prefLabel"]);
});

test("variables are those of the query, without the one being typed", async () => {
  expect(await labels("SELECT ?clause ?class { ?cl")).toEqual(["?class", "?clause"]);
});

test("a declaration is completed with its IRI", async () => {
  expect(await labels("PREFIX sk")).toEqual(["skos: <http://www.w3.org/2004/02/skos/core#>"]);
});

test("nothing is offered in a comment, a string or an IRI", async () => {
  for (const before of ["# SELECT", 'SELECT * { ?s ?p "hold', "SELECT * { <https://exam"]) expect(await labels(before)).toEqual([]);
});

test("an IRI that a prefixed name cannot hold is offered in brackets, and short words are not searched for", async () => {
  const search = vi.fn(() => Promise.resolve([{ iri: `${PREFIXES.id}place/calais`, label: "Calais" }]));
  expect(await labels("SELECT * { ?c ukfr:place Cala", search)).toContain("<https://w3id.org/ukfr/id/place/calais>");
  await labels("SELECT * { ?c ukfr:place Ca", search);
  expect(search).toHaveBeenCalledExactlyOnceWith("Cala");
});

test("what no record uses is told of a query, but for names of things, texts and variables", () => {
  const query = 'SELECT ?ukfr { ?c a ukfr:Pledgee ; ukfr:holder id:no-one ; skos:x "ukfr:no" . <ukfr:no> ?p ?o # ukfr:no\n}';
  expect(listUnused(query, TERMS, PREFIXES)).toEqual(["ukfr:Pledgee", "skos:x"]);
});
