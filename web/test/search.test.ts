import { describe, expect, test } from "vitest";
import type { IndexData } from "../src/search-data";
import { SearchIndex } from "../src/search-index";
import { QuestionIndex } from "../src/search-questions";
import { measureDistance, readWords, writeNumbers } from "../src/search-words";
import { findVariants, fold, stem, stems } from "../src/word-forms";

const UKFR = "https://w3id.org/ukfr/ontology#";
const document = (resource: number, language: string, label: string, summary = ""): IndexData["documents"][number] =>
  [resource, language, label, "", summary, "", "", "", ""];

const DATA: IndexData = {
  stop: ["the", "in", "of", "was", "is"],
  meanings: { act: "act", treaty: "act", treati: "act", force: "force" },
  numbers: { forty: 40, eight: 8, vingt: 20, vingtieme: 20 },
  numbered: ["clause", "article"],
  texts: ["label", "alias", "summary", "definition", "quote", "variant", "about"],
  stems: ["name_stems", "text_stems", "about_stems"],
  resources: [["urn:chancellor", 1, [0]], ["urn:borea", 1, [1]], ["urn:trafficking", 1, []]],
  documents: [document(0, "en", "Chancellor"), document(1, "en", "Treaty of Borea"), document(1, "fr", "Traité de Borée"), document(2, "en", "Traffickers", "Against networks of traffickers.")],
  names: [["chancellor", 0, 32], ["treati borea", 1, 32], ["traffick", 3, 32]],
  types: [`${UKFR}Office`, `${UKFR}Instrument`],
  score: { weights: [12, 8, 4, 2, 3, 3, 1.5, 9, 2.5, 1.5], preferred: 2, everyWord: 100, everyNumber: 60, few: 5, longestName: 6, mostNamesakes: 8, leastShare: 0.8, leastOfAThing: 0.8 },
  questions: {
    questions: [
      {
        name: "office-holders", question: { en: "Who held which office on a day?" }, text: "", phrases: ["who was {ukfr:Office}"], needed: [], columns: {},
        parameters: [{ name: "day", variable: "__day_date", kind: "date", required: false, default: null, takes: "", choices: [], labels: {} }],
      },
      {
        name: "instrument-status", question: { en: "What was the status of an act?" }, text: "", phrases: ["is {ukfr:Instrument} in force"], needed: ["act"], columns: {},
        parameters: [{ name: "act", variable: "__act_iri", kind: "iri", required: false, default: "urn:x", takes: "ukfr:Instrument", choices: [], labels: {} }],
      },
    ],
    asking: ["who", "what"], telling: ["number"], verbs: ["is", "was"], states: [`${UKFR}State`],
    weights: { covered: 0.6, specific: 0.4, open: 0.9, unknown: 3, asking: 0.6, unasked: 0.6, named: 0.3, topic: 1, worded: 0.1 },
    least: { sure: 0.72, sureOfQuestion: 0.57, likely: 0.4, same: 0.9, alike: 0.62, near: 0.85 },
    most: { recognised: 6, cards: 2 },
  },
};
const index = new SearchIndex(DATA);
const found = (text: string): string[] => index.search(text, "en")!.hits.map((hit) => hit.iri);

describe("words", () => {
  test("are folded and stemmed as Snowball of the server's version does", () => {
    expect(fold("Évian, À l'ŒUVRE")).toBe("evian, a l'oeuvre");
    expect([stem("traffickers", "en"), stem("frontieres", "fr"), stem("2016", "en"), stem("miast", "pl")]).toEqual(["traffick", "frontier", "2016", "miast"]);
    expect([stem("organised", "en"), stem("calais", "fr")]).toEqual(["organis", "calais"]);
    expect(stems("promises")).toEqual(["promis"]);
    expect(findVariants("co-operation of 5,000 in the œuvre, CETS No. 024")).toEqual(["cooperation", "5000", "oeuvre", "24"]);
  });

  test("that are numbers are written in digits", () => {
    expect(writeNumbers("€541m, clause forty-eight, vingtième clause, the 20th, eight countries", DATA))
      .toBe("€541 million, clause 48, 20 clause, the 20, eight countries");
  });

  test("that say nothing are left out, and the last may be unfinished", () => {
    expect(readWords("the act of 2016/681?", DATA).map(({ text, isOpen }) => [text, isOpen])).toEqual([["act", false], ["2016/681", false]]);
    expect(readWords('"in force" act', DATA).map(({ isPhrase, isOpen }) => [isPhrase, isOpen])).toEqual([[true, false], [false, true]]);
  });

  test("are as far from each other as letters must be changed", () => {
    expect([measureDistance("callais", "calais", 2), measureDistance("touqet", "touquet", 1), measureDistance("abcd", "dcba", 1)]).toEqual([1, 1, 2]);
  });
});

describe("the index", () => {
  test("finds by words, beginnings, stems and near spellings", () => {
    for (const text of ["chancellor", "chanc", "CHANCELLORS", "chancelor"]) expect(found(text), text).toEqual(["urn:chancellor"]);
    expect(index.search("chancelor", "en")!.corrected).toEqual(new Map([["chancelor", "chancellor"]]));
    expect(found("networks of traffickers")).toEqual(["urn:trafficking"]);
    expect(index.search("zzyzx", "en")).toMatchObject({ hits: [], missing: ["zzyzx"] });
    expect(index.search("?!", "en")).toBeUndefined();
  });

  test("names a thing in the reader's language, or in any", () => {
    expect([index.name("urn:borea", "fr"), index.name("urn:chancellor", "fr"), index.name("urn:nothing", "fr")])
      .toEqual([["Traité de Borée", "fr"], ["Chancellor", "en"], ["", ""]]);
  });
});

test("questions are recognised by a thing in its place, with their values", () => {
  const questions = new QuestionIndex(DATA, { ukfr: UKFR });
  const sure = (text: string): [string, Record<string, string>][] => questions.recognise(text, index.search(text, "en")!)
    .filter(({ isSure }) => isSure).map(({ question, values }) => [question.name, Object.fromEntries(values)]);
  expect(sure("who was chancellor in 2018")).toEqual([["office-holders", { day: "2018-12-31" }]]);
  expect(sure("is the Treaty of Borea in force")).toEqual([["instrument-status", { act: "urn:borea" }]]);
  expect(sure("Treaty of Borea")).toEqual([]);
});
