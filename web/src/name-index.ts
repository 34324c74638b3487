/** The names of resources, and which of them the words of a text are. */

import type { IndexData, NameFound } from "./search-data";
import type { Word } from "./search-words";
import type { TextIndex } from "./text-index";
import { LANGUAGES, split, stem } from "./word-forms";

export class NameIndex {
  /** By key, the documents of which it is a name, with its weight. */
  private readonly namesakes = new Map<string, [number, number][]>();

  constructor(private readonly data: IndexData, private readonly texts: TextIndex) {
    for (const [key, document, weight] of data.names) {
      const known = this.namesakes.get(key);
      if (known) known.push([document, weight]);
      else this.namesakes.set(key, [[document, weight]]);
    }
  }

  /** Return how much it counts for each document that the words, or some that stand together, are its name. */
  weigh(known: readonly Word[]): Map<number, number> {
    const words = this.splitTelling(known);
    const rarity = new Map(words.map((word) => [word, this.texts.measureRarity(word)]));
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

  /** Return the resources that words, or some that stand together, are the name of: by the longest name first. */
  find(known: readonly Word[]): NameFound[] {
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

  /** Return the words that tell something: without those that every text has, unless there are no others. */
  splitTelling(words: readonly Word[]): string[] {
    const all = words.flatMap((word) => split(word.text));
    const telling = all.filter((word) => !this.data.stop.includes(word));
    return telling.length ? telling : all;
  }

  private listParts(words: readonly string[]): string[][] {
    const parts: string[][] = [];
    for (let length = Math.min(this.data.score.longestName, words.length); length > 0; length--) {
      for (let start = 0; start + length <= words.length; start++) parts.push(words.slice(start, start + length));
    }
    return parts;
  }
}

function makeKeys(words: readonly string[]): string[] {
  return [...new Set(LANGUAGES.map((language) => words.map((word) => stem(word, language)).join(" ")))];
}
