/** The search in the browser, by the recipe of `query/search.py`: what words find, and in which order. */

import { NameIndex } from "./name-index";
import type { Found, Hit, IndexData } from "./search-data";
import { findWords, readWords, writeMatch, type Match } from "./search-words";
import { TextIndex } from "./text-index";
import { fold } from "./word-forms";

const SEPARATOR = " · "; // between several texts of one field
const NUMBER = /^(?!(?:19|20)\d\d$).*\d/;
const PERSON = "https://w3id.org/ukfr/ontology#Person";

export class SearchIndex {
  private readonly texts: TextIndex;
  private readonly names: NameIndex;
  private readonly labels = new Map<string, Map<string, string>>();

  constructor(readonly data: IndexData) {
    this.texts = new TextIndex(data);
    this.names = new NameIndex(data, this.texts);
  }

  /** Search for the words of a text; `types` keeps resources that have one of them. */
  search(text: string, prefer: string, types: readonly string[] = []): Found | undefined {
    const { score } = this.data;
    this.texts.forget();
    const typed = readWords(text, this.data);
    if (!typed.length) return undefined;
    const words = findWords(this.texts, typed, this.data);
    const known = words.filter((word) => word.isKnown);
    const corrected = new Map(known.filter((word) => word.typed).map((word) => [word.typed, word.text]));
    const missing = words.filter((word) => !word.isKnown && !Object.hasOwn(this.data.meanings, fold(word.text))).map((word) => word.text);
    if (!known.length) return { words, hits: [], corrected: new Map(), missing, isPartial: false, isName: false, names: [] };
    const each = known.map(writeMatch);
    const every: Match = { all: each };
    const names = this.names.find(known);
    const isName = names.length > 0 && names[0]!.isThing && names[0]!.words.length === this.names.splitTelling(words).length;
    const withEvery = this.texts.match(every);
    const resources = new Set([...withEvery.keys()].map((document) => this.data.documents[document]![0]));
    const isPartial = known.length > 1 && !isName && resources.size < score.few;
    const persons = names.filter((name) => name.types.includes(PERSON)).map((name): Match => ({ all: name.words.map((word) => writeMatch({ text: word })) }));
    const numbers = known.filter((word) => NUMBER.test(word.text)).map(writeMatch);
    const withNumbers = numbers.length ? this.texts.match({ all: numbers }) : new Map();
    const matched = this.texts.match(isPartial ? { any: each } : persons.length ? { any: [every, ...persons] } : every);
    const named = this.names.weigh(known);
    const best = new Map<number, Hit>();
    for (const [document, frequencies] of matched) {
      const [resource, language] = this.data.documents[document]!;
      const [iri, weight, kinds] = this.data.resources[resource]!;
      const points = weight * ((withEvery.has(document) ? score.everyWord : 0) + (withNumbers.has(document) ? score.everyNumber : 0)
        + (this.texts.score(document, frequencies) + (named.get(document) ?? 0)) * (language === prefer ? score.preferred : 1));
      if (points > (best.get(resource)?.score ?? -Infinity)) {
        best.set(resource, { iri, document, types: kinds.map((kind) => this.data.types[kind]!), score: points });
      }
    }
    const hits = [...best].filter(([, hit]) => !types.length || types.some((type) => hit.types.includes(type)))
      .sort(([one, a], [other, b]) => b.score - a.score || one - other).map(([, hit]) => hit);
    return { words, hits, corrected, missing, isPartial, isName, names };
  }

  /** Return the texts of a document by column. */
  read(document: number): Record<string, string> {
    const [, , ...texts] = this.data.documents[document]!;
    return Object.fromEntries(this.data.texts.map((name, i) => [name, texts[i]!]));
  }

  /** Return the name of a resource in the first of some languages that has one, or else in any; and its language. */
  name(iri: string, ...languages: string[]): [label: string, language: string] {
    if (!this.labels.size) {
      for (const [resource, language, label] of this.data.documents) {
        const known = this.labels.get(this.data.resources[resource]![0]) ?? new Map<string, string>();
        if (label && !known.has(language)) known.set(language, label.split(SEPARATOR)[0]!);
        this.labels.set(this.data.resources[resource]![0], known);
      }
    }
    const known = this.labels.get(iri) ?? new Map<string, string>();
    const language = [...languages, ...known.keys()].find((code) => known.has(code)) ?? "";
    return [known.get(language) ?? "", language];
  }
}
