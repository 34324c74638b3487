/**
 * The text index without SQLite: it has the words of the documents, and scores them as FTS5's bm25 does
 * (https://www.sqlite.org/fts5.html#the_bm25_function).
 */

import type { IndexData } from "./search-data";
import type { Match, Vocabulary } from "./search-words";
import { split, stem, stems, tokenize } from "./word-forms";

/** How often each phrase of an expression stands in a document, weighted by column. */
type Frequencies = Map<Match, number>;
/** By document, the places of a token: column × 2^16 + position. */
type Places = Map<number, number[]>;

const [K1, B] = [1.2, 0.75]; // FTS5's own
const COLUMN = 65_536;

export class TextIndex implements Vocabulary {
  private readonly places = new Map<string, Places>();
  private readonly terms: string[];
  private readonly lengths: number[] = [];
  /** The documents that have a phrase, with the weighted number of times; kept for one search. */
  private phrases = new Map<Match, Map<number, number>>();

  constructor(private readonly data: IndexData) {
    data.documents.forEach((document, number) => this.add(document, number));
    this.terms = [...this.places.keys()].sort((a, b) => (a < b ? -1 : 1));
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

  /** Begin another search. */
  forget(): void {
    this.phrases = new Map();
  }

  /** Return the documents that match, with the frequencies of the phrases by which they do. */
  match(match: Match): Map<number, Frequencies> {
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

  /** Return how well a document matches, by what `match` has told of it. */
  score(document: number, frequencies: Frequencies): number {
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

  /** Return how rare a word is, from 0 in every document to 1. */
  measureRarity(word: string): number {
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
}
