/** Words as the search compares them, by the recipe of `word_forms.py`; the lists of words come with the index. */

import English from "./snowball/english-stemmer.js";
import French from "./snowball/french-stemmer.js";

export interface WordLists {
  stop: string[];
  /** Each form of a word to the first of those that mean the same. */
  meanings: Record<string, string>;
  /** Numbers in words. */
  numbers: Record<string, number>;
  /** Words beside which a number in words is one. */
  numbered: string[];
}

const STEMMERS = { en: new English(), fr: new French() };
const LIGATURES: Record<string, string> = { œ: "oe", æ: "ae", ß: "ss" };
const LONGEST_STEMMED = 40;
const stemmed = new Map<string, string>();

/** A text in small letters, without accents and ligatures. */
export function fold(text: string): string {
  return text.toLowerCase().replace(/[œæß]/g, (letter) => LIGATURES[letter]!).normalize("NFKD").replace(/\p{M}/gu, "");
}

/** The words of a text, folded. */
export function split(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The words of a text as SQLite's tokenizer has them (`unicode61 remove_diacritics 2`). */
export function tokenize(text: string): string[] {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
}

/** A folded word without its ending; as it is where the language has no stemmer. */
export function stem(word: string, language: string): string {
  const stemmer = STEMMERS[language as keyof typeof STEMMERS];
  if (!stemmer || !/^\p{L}+$/u.test(word) || word.length > LONGEST_STEMMED) return word;
  const key = `${language} ${word}`;
  const found = stemmed.get(key) ?? stemmer.stemWord(word);
  stemmed.set(key, found);
  return found;
}

/** The stems that a folded word has in any language, each once. */
export function stems(word: string): string[] {
  return [...new Set(Object.keys(STEMMERS).map((language) => stem(word, language)))];
}

export const LANGUAGES = Object.keys(STEMMERS);

const JOINED = /(?<![\p{L}\p{N}_])[\p{L}\p{N}_]+(?:[-‐‑–][\p{L}\p{N}_]+)+|\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_])[\p{L}\p{N}_]*[œæŒÆß][\p{L}\p{N}_]*|(?<![\p{L}\p{N}_])0+[1-9]\d*(?![\p{L}\p{N}_])/gu;
const WRITTEN: Record<string, string> = { œ: "oe", Œ: "OE", æ: "ae", Æ: "AE", ß: "ss" };

/** Further spellings of the words in a text: without hyphens, digit separators, ligatures and leading zeros. */
export function findVariants(text: string): string[] {
  return (text.match(JOINED) ?? []).map((found) => found
    .replace(/[^\p{L}\p{N}_]/gu, "").replace(/[œŒæÆß]/g, (letter) => WRITTEN[letter]!).replace(/^0+/, ""));
}
