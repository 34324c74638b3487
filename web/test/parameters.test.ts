import { expect, test } from "vitest";
import { bind, type Parameter } from "../src/parameters";
import { choose, fold, type Entry } from "../src/words";

const DAY: Parameter = { name: "day", variable: "_day_date", kind: "date", required: true, default: "2016-08-30" };
const TOPIC: Parameter = { name: "topic", variable: "__topic_iri", kind: "iri", required: false, default: null };
const TEXT: Parameter = { name: "text", variable: "_text_en", kind: "en", required: true, default: null };
const PREFIXES = { vocab: "https://w3id.org/ukfr/vocab/" };

test("values become terms, and nothing in strings, comments or IRIs is replaced", () => {
  const text = 'SELECT * { # ?_day_date\n ?s ?p "?_day_date", <urn:?_day_date> FILTER (?d = ?_day_date) }';
  expect(bind(text, [DAY], new Map(), PREFIXES)).toBe(
    'SELECT * { # ?_day_date\n ?s ?p "?_day_date", <urn:?_day_date> FILTER (?d = "2016-08-30"^^<http://www.w3.org/2001/XMLSchema#date>) }');
});

test("a parameter that is not given stays a variable", () => {
  expect(bind("{ ?c ?p ?__topic_iri }", [TOPIC], new Map(), PREFIXES)).toBe("{ ?c ?p ?__topic_iri }");
  expect(bind("{ ?c ?p ?__topic_iri }", [TOPIC], new Map([["topic", "vocab:topic/asylum"]]), PREFIXES))
    .toBe("{ ?c ?p <https://w3id.org/ukfr/vocab/topic/asylum> }");
});

test("what could end a term is refused or escaped", () => {
  for (const value of ["urn:a> } DROP ALL #", "urn:a b", "javascript:x"]) {
    expect(() => bind("?__topic_iri", [TOPIC], new Map([["topic", value]]), PREFIXES)).toThrow(RangeError);
  }
  expect(() => bind("?_day_date", [DAY], new Map([["day", "soon"]]), PREFIXES)).toThrow("day");
  expect(bind("?_text_en", [TEXT], new Map([["text", 'a"\n} #']]), PREFIXES)).toBe('"a\\"\\n} #"@en');
});

test("words are found whatever their case and accents, names before texts", () => {
  const entry = (label: string, ...texts: string[]): Entry => ({ iri: `urn:${label}`, label, language: "en", texts });
  const all = [entry("Report on Calais"), entry("Calais"), entry("Place", "near Calais"), entry("Sécurité")];
  expect(choose(all, "CALAIS", "en").map(({ label }) => label)).toEqual(["Calais", "Report on Calais", "Place"]);
  expect(choose(all, "securite", "en").map(({ label }) => label)).toEqual(["Sécurité"]);
  expect(choose(all, "calais nowhere", "en")).toEqual([]);
  expect(choose(all, "", "en")).toEqual([]);
  expect(fold("L'État-nation")).toEqual(["l", "etat", "nation"]);
});
