/** The words to look for, of a text that someone typed, by the recipe of `query/search_words.py`. */

import { findVariants, fold, split, stems, type WordLists } from "./word-forms";

/** The words of an index, in which others are looked up. */
export interface Vocabulary {
  has(terms: readonly string[], beginning?: string): boolean;
  /** Each word of the texts of so many letters, with the number of documents that have it. */
  list(shortest: number, longest: number): Iterable<[string, number]>;
}

export interface Word {
  text: string;
  isPhrase: boolean;
  /** It may be the beginning of a word. */
  isOpen: boolean;
  isKnown: boolean;
  /** The word as typed, where that is another one. */
  typed: string;
  /** A whole word that is spelled much the same, where the index has only others that begin so. */
  near?: string;
}

/** An expression of FTS5 (https://www.sqlite.org/fts5.html#full_text_query_syntax): a phrase, or some that all or any hold. */
export type Match =
  | { tokens: string; isPrefix: boolean; isStem: boolean }
  | { all: Match[] }
  | { any: Match[] };

const MOST_WORDS = 16;
const AROUND = /^[?!.,;:…«»“”()[\]{}*&/\\\-–—]+|[?!.,;:…«»“”()[\]{}*&/\\\-–—]+$/g;
const DIVIDED = /['’ʼ°º№#]|(?<=[0-9])\/(?=[^0-9])|(?<=[^0-9])\/(?=[0-9])|(?<=[A-Za-z]{4})(?=[0-9]{1,2}$)/;
const MAGNITUDE = /(?<![\p{L}\p{N}_.,])([€£$]?\d+(?:[.,]\d+)?) ?(mn|m|bn|k|mds?)(?![\p{L}\p{N}_])/giu;
const MAGNITUDES: Record<string, string> = { m: "million", mn: "million", bn: "billion", k: "000", md: "milliard", mds: "milliard" };
const MULTIPLES: Record<string, number> = { hundred: 100, thousand: 1000, mille: 1000 };
const ORDINAL = /(?<![\p{L}\p{N}_])(\d+)(?:st|nd|rd|th|e|er|ère|re|ème|eme|nde)(?![\p{L}\p{N}_])/giu;
const [SHORTEST_CORRECTED, SHORT, LONG, SHORTEST_ROOT, SURE_LETTERS] = [4, 5, 9, 5, 3];

/** Numbers as the index has them: without letters at their end, and in digits. */
export function writeNumbers(given: string, lists: WordLists): string {
  let text = given.replace(MAGNITUDE, (_whole, number: string, unit: string) => `${number} ${MAGNITUDES[unit.toLowerCase()]!}`).replace(ORDINAL, "$1");
  const chunks = (text.match(/\S+/g) ?? []).map(strip);
  chunks.slice(1).forEach((other, i) => {
    const [number, multiple] = [readNumeral(chunks[i]!, lists), MULTIPLES[fold(other)]];
    if (number && multiple) text = text.replace(`${chunks[i]!} ${other}`, String(number * multiple));
  });
  const beside = new Set(chunks.flatMap((chunk, i) => (lists.numbered.includes(fold(chunk)) ? [i - 1, i + 1] : [])));
  chunks.forEach((chunk, i) => {
    const number = readNumeral(chunk, lists);
    if (number && (beside.has(i) || chunk.includes("-"))) text = text.replace(chunk, String(number));
  });
  return text;
}

function readNumeral(word: string, lists: WordLists): number {
  const parts = fold(word).split("-").filter((part) => part !== "and" && part !== "et");
  const numbers = parts.map((part) => (Object.hasOwn(lists.numbers, part) ? lists.numbers[part]! : 0));
  return numbers.every(Boolean) ? numbers.reduce((sum, number) => sum + number, 0) : 0;
}

function strip(text: string): string {
  return text.replace(AROUND, "");
}

/** The words of a text, without those that say nothing; none where there are too many. The last may be unfinished. */
export function readWords(given: string, lists: WordLists): Word[] {
  const text = writeNumbers(given, lists);
  const found = [...text.matchAll(/"([^"]*)"|([^\s"]+)/g)].flatMap(([, phrase, chunk]) => {
    const parts = phrase === undefined ? chunk!.split(DIVIDED).map(strip) : [phrase];
    return parts.filter((part) => split(part).length)
      .map((part): Word => ({ text: part, isPhrase: phrase !== undefined, isOpen: false, isKnown: true, typed: "" }));
  });
  const telling = found.filter((word) => word.isPhrase || !split(word.text).every((part) => lists.stop.includes(part)));
  const words = telling.length ? telling : found;
  if (words.length > MOST_WORDS) return [];
  const last = words.at(-1);
  if (last && /[\p{L}\p{N}]$/u.test(text) && last === found.at(-1) && !last.isPhrase && !/^\p{Nd}+$/u.test(last.text)) last.isOpen = true;
  return words;
}

/** Return the expression that finds a word in the index: as spelled, as it may be spelled too, and by its stems. */
export function writeMatch(word: Pick<Word, "text"> & Partial<Word>): Match {
  const variants = word.isPhrase ? [] : findVariants(word.text);
  const isPrefix = word.isOpen ?? false;
  const any: Match[] = [...new Set([word.text, ...variants])].map((tokens) => ({ tokens, isPrefix, isStem: false }));
  if (word.near) any.push({ tokens: word.near, isPrefix: false, isStem: false });
  const parts = split(word.text);
  const byStems = (words: readonly string[]): Match[] =>
    words.flatMap(stems).map((tokens) => ({ tokens, isPrefix: false, isStem: true }));
  if (!word.isPhrase && parts.length === 1) {
    any.push(...byStems(parts));
  } else if (variants.length && parts.every((part) => /^\p{L}+$/u.test(part))) {
    any.push(...byStems(variants.map(fold)), { all: parts.map((text) => writeMatch({ text })) });
  }
  return { any };
}

/** Find each word in the index; one that it has not is read as the nearest that it has, if one is near enough. */
export function findWords(index: Vocabulary, words: readonly Word[], lists: WordLists): Word[] {
  return words.map((word) => (word.isPhrase ? word : find(index, word, lists)));
}

function find(index: Vocabulary, word: Word, lists: WordLists): Word {
  const spellings = [word.text, ...findVariants(word.text)].map(fold);
  const parts = split(word.text);
  const last = parts.at(-1);
  const typed = fold(word.text);
  const isFound = parts.every((part) => index.has([part, ...spellings], word.isOpen && part === last ? part : ""));
  if (isFound || (parts.length === 1 && index.has(stems(typed).filter((root) => root.length >= SHORTEST_ROOT)))) {
    const isBegun = word.isOpen && parts.length === 1 && ![...index.list(typed.length, typed.length)].some(([term]) => term === typed);
    const near = isBegun ? findNearest(index, typed, 1, lists) : "";
    return near.startsWith(typed) ? word : { ...word, near };
  }
  const near = Object.hasOwn(lists.meanings, typed) ? "" : findNearest(index, typed, index.has(stems(typed)) ? 1 : 2, lists);
  if (near) return { ...word, text: near, isOpen: false, typed: word.text };
  return parts.every((part) => index.has(stems(part))) ? word : { ...word, isKnown: false };
}

function findNearest(index: Vocabulary, typed: string, given: number, lists: WordLists): string {
  const most = typed.length < SHORTEST_CORRECTED || !/^\p{L}+$/u.test(typed) ? 0 : typed.length < LONG ? 1 : given;
  if (!most) return "";
  let best: [number, number, string] | undefined;
  for (const [term, documents] of index.list(typed.length - most, typed.length + most)) {
    if (!/^\p{L}+$/u.test(term) || term.length < SHORTEST_CORRECTED || lists.stop.includes(term)) continue;
    const distance = measureDistance(typed, term, most) + (term[0] === typed[0] ? 0 : 0.5);
    if (distance > most || !mayBeMeant(typed, term, distance)) continue;
    const rank: [number, number, string] = [distance, -documents, term];
    if (!best || isBefore(rank, best)) best = rank;
  }
  return best?.[2] ?? "";
}

function isBefore(one: readonly (number | string)[], other: readonly (number | string)[]): boolean {
  const place = one.findIndex((value, i) => value !== other[i]);
  return place >= 0 && one[place]! < other[place]!;
}

function mayBeMeant(typed: string, term: string, distance: number): boolean {
  const sort = (word: string): string => [...word].sort().join("");
  if (distance > 1) return typed.slice(0, SURE_LETTERS) === term.slice(0, SURE_LETTERS);
  return typed.length > SHORT || typed.length !== term.length || sort(typed) === sort(term);
}

/** The letters to add, take out, change or swap with their neighbour; past `most`, only that there are more. */
export function measureDistance(one: string, other: string, most: number): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_unused, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const twoBefore = before;
    [before, row] = [row, [i]];
    for (let j = 1; j <= other.length; j++) {
      let cost = Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) cost = Math.min(cost, twoBefore[j - 2]! + 1);
      row.push(cost);
    }
    if (Math.min(...row) > most) return most + 1;
  }
  return row.at(-1)!;
}
