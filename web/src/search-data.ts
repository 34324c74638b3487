/** The data of the search in the browser, and what a search finds. */

import type { Parameter } from "./parameters";
import type { Word } from "./search-words";
import type { WordLists } from "./word-forms";

export interface Question {
  name: string;
  question: Record<string, string>;
  text: string;
  phrases: string[];
  needed: string[];
  parameters: (Parameter & { takes: string; choices: string[]; labels: Record<string, string> })[];
  columns: Record<string, Record<string, string>>;
}

/** The questions as `QuestionIndex.as_dict` writes them. */
export interface QuestionData {
  questions: Question[];
  asking: string[];
  telling: string[];
  verbs: string[];
  states: string[];
  weights: Record<"covered" | "specific" | "open" | "unknown" | "asking" | "unasked" | "named" | "topic" | "worded", number>;
  least: Record<"sure" | "sureOfQuestion" | "likely" | "same" | "alike" | "near", number>;
  most: { recognised: number; cards: number };
}

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
