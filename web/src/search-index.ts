/**
 * The text index without SQLite: it has the words of the documents, and scores them as FTS5's bm25 does
 * (https://www.sqlite.org/fts5.html#the_bm25_function). The recipe is that of `query/search.py`.
 */

import { findWords, readWords, writeMatch, type Match, type Vocabulary, type Word } from "./search-words";
import { fold, LANGUAGES, split, stem, stems, tokenize, type WordLists } from "./word-forms";
import type { QuestionData } from "./search-questions";

/** The index as `query/search_export.py` writes it. */
export interface IndexData extends WordLists {
  texts: string[];
  stems: string[];
  /** IRI, weight, and the numbers of its types, the most specific first. */
  resources: [string, number, number[]][];
  /** Number of the resource, language, and its texts. */
  documents: [number, string, ...string[]][];
  /** Key, number of the document, and weight. */
  names: [string, number, number][];
  types: string[];
  score: {
    weights: number[]; preferred: number; everyWord: number; everyNumber: number; few: number;
    longestName: number; mostNamesakes: number; leastShare: number; leastOfAThing: number;
  };
  questions: QuestionData;
}

export interface NameFound {
  iri: string;
  words: string[];
  types: string[];
  isThing: boolean;
}

export interface Hit {
  iri: string;
  document: number;
  types: string[];
  score: number;
}

export interface Found {
  words: Word[];
  hits: Hit[];
  corrected: Map<string, string>;
  missing: string[];
  isPartial: boolean;
  isName: boolean;
  names: NameFound[];
}

/** How often each phrase of an expression stands in a document, weighted by column. */
type Frequencies = Map<Match, number>;
/** By document, the places of a token: column × 2^16 + position. */
type Places = Map<number, number[]>;

const [K1, B] = [1.2, 0.75]; // FTS5's own
const COLUMN = 65_536;
const SEPARATOR = " · "; // between several texts of one field
const NUMBER = /^(?!(?:19|20)\d\d$).*\d/;
const PERSON = "https://w3id.org/ukfr/ontology#Person";

export class SearchIndex implements Vocabulary {
  private readonly places = new Map<string, Places>();
  private readonly terms: string[];
  private readonly lengths: number[] = [];
  private readonly namesakes = new Map<string, [number, number][]>();
  /** The documents that have a phrase, with the weighted number of times; kept for one search. */
  private phrases = new Map<Match, Map<number, number>>();
  private readonly labels = new Map<string, Map<string, string>>();

  constructor(readonly data: IndexData) {
    data.documents.forEach((document, number) => this.add(document, number));
    this.terms = [...this.places.keys()].sort((a, b) => (a < b ? -1 : 1));
    for (const [key, document, weight] of data.names) {
      const known = this.namesakes.get(key);
      if (known) known.push([document, weight]);
      else this.namesakes.set(key, [[document, weight]]);
    }
  }

  private add([, language, ...texts]: IndexData["documents"][number], number: number): void {
    const write = (text: string): string => split(text).map((word) => stem(word, language || "en")).join(" ");
    const [label, alias, summary, definition, quote, variant, about] = texts as [string, string, string, string, string, string, string];
    const columns = [...texts, write(`${label} ${alias}`), write([summary, definition, quote, variant].join(" ")), write(about)];
    let length = 0;
    columns.forEach((text, column) => {
      tokenize(text).forEach((token, at) => {
        let documents = this.places.get(token);
        if (!documents) this.places.set(token, (documents = new Map()));
        const found = documents.get(number);
        if (found) found.push(column * COLUMN + at);
        else documents.set(number, [column * COLUMN + at]);
        length++;
      });
    });
    this.lengths.push(length);
  }

  has(terms: readonly string[], beginning = ""): boolean {
    return terms.some((term) => this.places.has(term)) || (beginning !== "" && (this.terms[this.locate(beginning)] ?? "").startsWith(beginning));
  }

  *list(shortest: number, longest: number): Iterable<[string, number]> {
    for (const [term, places] of this.places) {
      if (term.length < shortest || term.length > longest) continue;
      let documents = 0; // in each column of texts for itself, as SQLite counts them
      for (const found of places.values()) documents += new Set(found.map((place) => Math.floor(place / COLUMN)).filter((column) => column < this.data.texts.length)).size;
      if (documents) yield [term, documents];
    }
  }

  /** Searches for the words of a text; `types` keeps resources that have one of them. */
  search(text: string, prefer: string, types: readonly string[] = []): Found | undefined {
    const { score } = this.data;
    this.phrases = new Map();
    const typed = readWords(text, this.data);
    if (!typed.length) return undefined;
    const words = findWords(this, typed, this.data);
    const known = words.filter((word) => word.isKnown);
    const corrected = new Map(known.filter((word) => word.typed).map((word) => [word.typed, word.text]));
    const missing = words.filter((word) => !word.isKnown && !Object.hasOwn(this.data.meanings, fold(word.text))).map((word) => word.text);
    if (!known.length) return { words, hits: [], corrected: new Map(), missing, isPartial: false, isName: false, names: [] };
    const each = known.map(writeMatch);
    const every: Match = { all: each };
    const names = this.findNames(known);
    const isName = names.length > 0 && names[0]!.isThing && names[0]!.words.length === this.splitTelling(words).length;
    const withEvery = this.match(every);
    const resources = new Set([...withEvery.keys()].map((document) => this.data.documents[document]![0]));
    const isPartial = known.length > 1 && !isName && resources.size < score.few;
    const persons = names.filter((name) => name.types.includes(PERSON)).map((name): Match => ({ all: name.words.map((word) => writeMatch({ text: word })) }));
    const numbers = known.filter((word) => NUMBER.test(word.text)).map(writeMatch);
    const withNumbers = numbers.length ? this.match({ all: numbers }) : new Map();
    const matched = this.match(isPartial ? { any: each } : persons.length ? { any: [every, ...persons] } : every);
    const named = this.weighNames(known);
    const best = new Map<number, Hit>();
    for (const [document, frequencies] of matched) {
      const [resource, language] = this.data.documents[document]!;
      const [iri, weight, kinds] = this.data.resources[resource]!;
      const points = weight * ((withEvery.has(document) ? score.everyWord : 0) + (withNumbers.has(document) ? score.everyNumber : 0)
        + (this.bm25(document, frequencies) + (named.get(document) ?? 0)) * (language === prefer ? score.preferred : 1));
      if (points > (best.get(resource)?.score ?? -Infinity)) {
        best.set(resource, { iri, document, types: kinds.map((kind) => this.data.types[kind]!), score: points });
      }
    }
    const hits = [...best].filter(([, hit]) => !types.length || types.some((type) => hit.types.includes(type)))
      .sort(([one, a], [other, b]) => b.score - a.score || one - other).map(([, hit]) => hit);
    return { words, hits, corrected, missing, isPartial, isName, names };
  }

  /** The texts of a document by column. */
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

  /** The documents that match, with the frequencies of the phrases by which they do. */
  private match(match: Match): Map<number, Frequencies> {
    if ("tokens" in match) return new Map([...this.findPhrase(match)].map(([document, frequency]) => [document, new Map([[match, frequency]])]));
    const parts = ("all" in match ? match.all : match.any).map((part) => this.match(part));
    const joined = new Map<number, Frequencies>();
    for (const part of parts) {
      for (const [document, frequencies] of part) {
        if (joined.has(document) || ("all" in match && !parts.every((other) => other.has(document)))) continue;
        const all = parts.flatMap((other) => [...(other.get(document) ?? [])]);
        joined.set(document, all.length === frequencies.size ? frequencies : new Map(all));
      }
    }
    return joined;
  }

  private bm25(document: number, frequencies: Frequencies): number {
    const documents = this.lengths.length;
    const average = this.lengths.reduce((sum, length) => sum + length, 0) / documents;
    let score = 0;
    for (const [phrase, frequency] of frequencies) {
      const found = this.phrases.get(phrase)!.size;
      const idf = Math.log((documents - found + 0.5) / (found + 0.5));
      score += (idf <= 0 ? 1e-6 : idf) * ((frequency * (K1 + 1)) / (frequency + K1 * (1 - B + (B * this.lengths[document]!) / average)));
    }
    return score;
  }

  private findPhrase(phrase: Extract<Match, { tokens: string }>): Map<number, number> {
    let found = this.phrases.get(phrase);
    if (found) return found;
    found = new Map();
    const tokens = tokenize(phrase.tokens);
    const lists = tokens.map((token, i) => (phrase.isPrefix && i === tokens.length - 1 ? this.begin(token) : this.places.get(token)));
    for (const [document, places] of lists.every(Boolean) ? (lists[0] ?? new Map<number, number[]>()) : new Map<number, number[]>()) {
      const first = this.data.texts.length;
      const starts = places.filter((place) => (!phrase.isStem || place >= first * COLUMN)
        && lists.slice(1).every((list, i) => list!.get(document)?.includes(place + i + 1)));
      const frequency = starts.reduce((sum, place) => sum + this.data.score.weights[Math.floor(place / COLUMN)]!, 0);
      if (starts.length) found.set(document, frequency);
    }
    this.phrases.set(phrase, found);
    return found;
  }

  /** The places of all tokens that begin alike. */
  private begin(beginning: string): Places {
    const places: Places = new Map();
    for (let at = this.locate(beginning); (this.terms[at] ?? "").startsWith(beginning); at++) {
      for (const [document, found] of this.places.get(this.terms[at]!)!) places.set(document, [...(places.get(document) ?? []), ...found]);
    }
    return places;
  }

  /** The place of the first term that is not before a text. */
  private locate(text: string): number {
    let [low, high] = [0, this.terms.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.terms[middle]! < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How much it counts for each document that the words, or some that stand together, are its name. */
  private weighNames(known: readonly Word[]): Map<number, number> {
    const words = this.splitTelling(known);
    const rarity = new Map(words.map((word) => [word, this.measureRarity(word)]));
    const keys = new Map<string, number>();
    for (const part of this.listParts(words)) {
      if (part.length === 1 && words.length > 1 && /^\p{Nd}+$/u.test(part[0]!)) continue;
      const least = part.length > 1 ? this.data.score.leastShare : 0;
      const share = part.length === words.length ? 1
        : Math.max(...part.map((word) => rarity.get(word)!)) * Math.max(part.length / words.length, least);
      for (const key of makeKeys(part)) keys.set(key, share);
    }
    const named = new Map<number, number>();
    for (const [key, share] of keys) {
      for (const [document, weight] of this.namesakes.get(key) ?? []) named.set(document, Math.max(named.get(document) ?? 0, weight * share));
    }
    return named;
  }

  private findNames(known: readonly Word[]): NameFound[] {
    return this.listParts(this.splitTelling(known)).flatMap((part) => {
      const best = new Map<number, number>();
      for (const key of makeKeys(part)) {
        for (const [document, weight] of this.namesakes.get(key) ?? []) {
          const resource = this.data.documents[document]![0];
          best.set(resource, Math.max(best.get(resource) ?? 0, weight));
        }
      }
      return [...best]
        .map(([resource, weight]) => ({ resource, weight, own: this.data.resources[resource]! }))
        .sort((a, b) => b.own[1] - a.own[1] || b.weight - a.weight || a.resource - b.resource)
        .slice(0, this.data.score.mostNamesakes)
        .map(({ own: [iri, weight, kinds] }) => ({
          iri, words: part, types: kinds.map((kind) => this.data.types[kind]!), isThing: weight >= this.data.score.leastOfAThing,
        }));
    });
  }

  private listParts(words: readonly string[]): string[][] {
    const parts: string[][] = [];
    for (let length = Math.min(this.data.score.longestName, words.length); length > 0; length--) {
      for (let start = 0; start + length <= words.length; start++) parts.push(words.slice(start, start + length));
    }
    return parts;
  }

  private splitTelling(words: readonly Word[]): string[] {
    const all = words.flatMap((word) => split(word.text));
    const telling = all.filter((word) => !this.data.stop.includes(word));
    return telling.length ? telling : all;
  }

  private measureRarity(word: string): number {
    let found = 0;
    for (const form of [word, ...stems(word)]) {
      const counts = new Map<number, number>();
      for (const places of this.places.get(form)?.values() ?? []) {
        for (const column of new Set(places.map((place) => Math.floor(place / COLUMN)))) counts.set(column, (counts.get(column) ?? 0) + 1);
      }
      found = Math.max(found, ...counts.values());
    }
    return Math.max(0, 1 - Math.log(1 + found) / Math.log(2 + this.data.documents.length));
  }
}

function makeKeys(words: readonly string[]): string[] {
  return [...new Set(LANGUAGES.map((language) => words.map((word) => stem(word, language)).join(" ")))];
}
