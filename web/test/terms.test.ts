import { expect, test } from "vitest";
import { compare, expand, linkTo, shorten, write, type Term } from "../src/terms";
import { readTriples } from "../src/triples";

const PREFIXES = { ukfr: "https://w3id.org/ukfr/ontology#", id: "https://w3id.org/ukfr/id/", base: "https://w3id.org/ukfr/" };
const XSD = "http://www.w3.org/2001/XMLSchema#";

test("the longest prefix shortens an IRI, and expanding is its inverse", () => {
  expect(shorten("https://w3id.org/ukfr/id/place/calais", PREFIXES)).toBe("id:place/calais");
  expect(expand("id:place/calais", PREFIXES)).toBe("https://w3id.org/ukfr/id/place/calais");
  for (const iri of ["https://example.org/x", "urn:x:y"]) expect([shorten(iri, PREFIXES), expand(iri, PREFIXES)]).toEqual([iri, iri]);
});

test("an IRI is written as SPARQL's grammar lets it", () => {
  expect(write(`${PREFIXES.ukfr}Pledge`, PREFIXES)).toBe("ukfr:Pledge");
  expect(write(`${PREFIXES.id}place/calais`, PREFIXES)).toBe("<https://w3id.org/ukfr/id/place/calais>");
  expect(write(`${PREFIXES.ukfr}ends.`, PREFIXES)).toBe("<https://w3id.org/ukfr/ontology#ends.>");
});

test("what is in a namespace of the dataset has its page here", () => {
  const spaces = ["https://w3id.org/ukfr/", "https://example.org/harbours/"];
  expect(linkTo("https://example.org/harbours/id/place/dover#part", spaces)).toBe("/doc/place/dover#part");
  expect(linkTo("https://example.org/harbours/vocab/fish", spaces)).toBe("/vocab/fish");
  expect(linkTo("https://example.org/elsewhere/id/x", spaces)).toBe("https://example.org/elsewhere/id/x");
});

test("only what a browser may follow is a link", () => {
  expect(linkTo("https://w3id.org/ukfr/id/place/calais")).toBe("/doc/place/calais");
  expect(linkTo("https://w3id.org/ukfr/ontology#Pledge")).toBe("/ontology#Pledge");
  expect(["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", " https://x"].map((iri) => linkTo(iri))).toEqual(["", "", "", ""]);
});

test("numbers and dates sort by their worth, texts by the alphabet, and what is missing comes last", () => {
  const term = (value: string, datatype?: string): Term => ({ type: "literal", value, ...(datatype ? { datatype: XSD + datatype } : {}) });
  const terms = [undefined, term("b"), term("10", "integer"), term("9.5", "decimal"), term("A")];
  const sorted = [...terms.slice(1), terms[0]].sort((a, b) => compare(a, b, (t) => t.value));
  expect(sorted.map((t) => t?.value)).toEqual(["9.5", "10", "A", "b", undefined]);
  expect(compare(term("2016-08-30", "date"), term("2015-12-31", "date"), (t) => t.value)).toBeGreaterThan(0);
});

test("triples are read with escapes, tongues and datatypes; a quoted triple is counted", () => {
  const { rows, skipped } = readTriples(
    `<https://e.org/s> <https://e.org/p> "a \\"b\\"\\n\\u00e9"@fr .\n_:b0 <https://e.org/p> "1"^^<${XSD}integer> .\n` +
    "<https://e.org/s> <https://e.org/p> <<( <https://e.org/s> <https://e.org/p> <https://e.org/o> )>> .\n");
  expect(rows).toEqual([
    { subject: { type: "uri", value: "https://e.org/s" }, predicate: { type: "uri", value: "https://e.org/p" }, object: { type: "literal", value: 'a "b"\né', "xml:lang": "fr" } },
    { subject: { type: "bnode", value: "b0" }, predicate: { type: "uri", value: "https://e.org/p" }, object: { type: "literal", value: "1", datatype: `${XSD}integer` } },
  ]);
  expect(skipped).toBe(1);
});
