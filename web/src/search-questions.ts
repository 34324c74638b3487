/** Recognising saved questions in what someone typed, by the recipe of `query/recognition.py`. */

import type { Found, IndexData, NameFound, Question } from "./search-data";
import { fold, split, stems } from "./word-forms";

export interface Recognised {
  question: Question;
  values: Map<string, string>;
  score: number;
  isSure: boolean;
}

interface Phrase {
  terms: Set<string>;
  said: Set<string>;
}

interface Typed {
  text: string;
  said: Set<string>;
  words: Set<string>;
  names: NameFound[];
  days: string[];
  named: Map<string, number>;
  places: Map<string, Set<string>>;
  states: Set<string>;
  isQuestion: boolean;
  isName: boolean;
  isCorrected: boolean;
}

const INVERTED = /-(?:ils?|elles?|on|ce)(?![\p{L}\p{N}_])/iu;
const PLACE = /\{(\w+:\w+)\}/g;
const DAY = /(?<![\p{L}\p{N}_])(1[89]\d\d|20\d\d)(?:-(\d\d)-(\d\d))?(?![\p{L}\p{N}_])/gu;
const CONCEPT = "http://www.w3.org/2004/02/skos/core#Concept";

export class QuestionIndex {
  private readonly known: { question: Question; phrases: Phrase[]; words: Set<string>; keys: Set<string> }[];
  private readonly rarity = new Map<string, number>();
  private readonly asking: Set<string>;

  constructor(private readonly data: IndexData, private readonly prefixes: Record<string, string>) {
    this.asking = new Set(data.questions.asking);
    this.known = data.questions.questions.map((question) => {
      const phrases = [...Object.values(question.question), ...question.phrases].map((text) => this.readPhrase(text));
      const keys = question.needed.length ? [] : question.phrases.map((text) => makeKey(this.dropStopWords(text)));
      return { question, phrases, words: new Set(phrases.flatMap(({ terms }) => [...terms])), keys: new Set(keys) };
    });
    for (const { words } of this.known) for (const word of words) this.rarity.set(word, (this.rarity.get(word) ?? 0) + 1);
    for (const [word, count] of this.rarity) this.rarity.set(word, Math.log(1 + this.known.length / count));
  }

  /** The questions that the text asks, the best first; `found` is what a search for it found. */
  recognise(given: string, found: Found): Recognised[] {
    let text = given;
    for (const [word, meant] of found.corrected) {
      if (!this.rarity.has(this.meaning(fold(word)))) text = text.replaceAll(word, meant);
    }
    const typed = this.read(text, found);
    const { least, most } = this.data.questions;
    const likely = this.known.map((known) => this.match(known, typed))
      .filter((item): item is Recognised => item !== undefined && item.score >= least.likely)
      .sort((a, b) => b.score - a.score).slice(0, most.recognised);
    const near = least.near * (likely[0]?.score ?? 0);
    return likely.map((item) => ({ ...item, isSure: item.isSure && item.score >= near }));
  }

  private match({ question, phrases, words, keys }: QuestionIndex["known"][number], typed: Typed): Recognised | undefined {
    const { weights, least } = this.data.questions;
    const { values, used } = this.fill(question, typed);
    const asked = minus(typed.words, used);
    const named = new Map([...typed.named].filter(([word]) => asked.has(word) && !words.has(word)));
    if (typed.isQuestion) for (const day of typed.days) if (asked.has(day)) named.set(day, weights.named);
    let [best, alike, placed] = [0, 0, new Set<string>()];
    for (const phrase of phrases) {
      const places = [...phrase.terms].filter((term) => typed.places.has(term));
      const taken = new Set(places.flatMap((place) => [...typed.places.get(place)!]));
      const share = this.compare(new Set([...minus(asked, taken), ...places]), minus(phrase.terms, used), named);
      const worded = share + weights.worded * measureOverlap(typed.said, phrase.said);
      if (share && worded > best) [best, alike, placed] = [worded, share, taken];
    }
    if (!best) return undefined;
    for (const word of placed) named.delete(word);
    const told = new Set([...[...typed.words].filter((word) => words.has(word) || used.has(word)), ...placed]);
    const covered = this.weigh(told, named) / Math.max(this.weigh(new Set([...told, ...asked]), named), 0.1);
    const isOpen = question.needed.some((name) => !values.has(name));
    const score = Math.round((weights.covered * covered + weights.specific * best) * (isOpen ? weights.open : 1) * 1000) / 1000;
    const isTold = alike >= least.same || [...told].some((word) => words.has(word) && !used.has(word) && !placed.has(word)
      && !named.has(word) && typed.named.get(word) !== weights.named && !this.asking.has(word));
    let isSure = typed.isQuestion ? score >= least.sureOfQuestion && isTold : score >= least.sure && alike >= least.alike && isTold;
    const rest = new Set([...told, ...[...asked].filter((word) => !named.has(word))]);
    const isAlone = typed.isName || (!typed.isQuestion && rest.size === 1);
    if (![...typed.words].some((word) => this.asking.has(word))) {
      if (!typed.isCorrected && this.isAsked(keys, typed)) isSure = true;
      else if (isAlone) isSure = false;
    }
    return { question, values, score, isSure };
  }

  private isAsked(keys: Set<string>, typed: Typed): boolean {
    const words = this.dropStopWords(typed.text);
    const left = words.filter((word) => !typed.states.has(word));
    return keys.has(makeKey(words)) || keys.has(makeKey(left.length ? left : words));
  }

  private compare(typed: Set<string>, phrase: Set<string>, named: Map<string, number>): number {
    const both = new Set([...phrase].filter((term) => typed.has(term)));
    const whole = this.weigh(new Set([...phrase, ...typed]), named);
    const asks = (terms: Set<string>): boolean => [...terms].some((term) => this.asking.has(term));
    return (whole ? this.weigh(both, named) / whole : 1) * (asks(phrase) && !asks(typed) ? this.data.questions.weights.unasked : 1);
  }

  private weigh(terms: Set<string>, named: Map<string, number>): number {
    const { weights } = this.data.questions;
    let sum = 0;
    for (const term of terms) sum += this.asking.has(term) ? weights.asking : (named.get(term) ?? this.rarity.get(term) ?? weights.unknown);
    return sum;
  }

  /** The things and days that a text names, as values of parameters, and the words that name them. */
  private fill({ parameters }: Question, typed: Typed): { values: Map<string, string>; used: Set<string> } {
    const [values, used, days] = [new Map<string, string>(), new Set<string>(), [...typed.days]];
    for (const parameter of parameters) {
      if (parameter.kind === "date" && days.length) {
        values.set(parameter.name, days[0]!);
        used.add(days.shift()!);
      } else if (parameter.kind === "iri") {
        const known = typed.names.find((name) => this.takes(parameter, name));
        if (!known) continue;
        values.set(parameter.name, this.shorten(known.iri));
        for (const word of known.words) for (const term of this.readTerms(word)) used.add(term);
      }
    }
    return { values, used };
  }

  private takes({ choices, takes }: Question["parameters"][number], name: NameFound): boolean {
    if (choices.length) return choices.some((choice) => this.expand(choice) === name.iri);
    return takes.split(/\s+/).filter(Boolean).map((kind) => this.expand(kind))
      .some((kind) => name.types.includes(kind) || name.iri.startsWith(`${kind}/`));
  }

  private read(text: string, found: Found): Typed {
    const { asking, verbs, states, weights } = this.data.questions;
    const days = [...text.matchAll(DAY)].map(readDay).filter(Boolean);
    const [named, places] = [new Map<string, number>(), new Map<string, Set<string>>()];
    for (const name of found.names.filter(({ isThing }) => isThing)) {
      const terms = new Set(name.words.flatMap((word) => [...this.readTerms(word)]));
      for (const term of terms) named.set(term, Math.max(named.get(term) ?? 0, name.types.includes(CONCEPT) ? weights.topic : weights.named));
      for (const kind of [...name.types, name.iri.slice(0, name.iri.lastIndexOf("/"))]) {
        if (!places.has(`{${kind}}`)) places.set(`{${kind}}`, terms);
      }
    }
    const first = split(text)[0] ?? "";
    return {
      text, days, named, places,
      said: new Set(split(text)),
      words: new Set([...this.readTerms(text.replace(DAY, " ")), ...days]),
      names: found.names,
      states: new Set(found.names.filter(({ types }) => types.some((kind) => states.includes(kind))).flatMap(({ words }) => words)),
      isQuestion: asking.includes(first) || verbs.includes(first) || text.trimEnd().endsWith("?") || INVERTED.test(text),
      isName: found.isName,
      isCorrected: found.corrected.size > 0,
    };
  }

  private readPhrase(text: string): Phrase {
    const rest = text.replace(PLACE, " ");
    const places = [...text.matchAll(PLACE)].map(([, name]) => `{${this.expand(name!)}}`);
    return { terms: new Set([...this.readTerms(rest), ...places]), said: new Set(split(rest)) };
  }

  private readTerms(text: string): Set<string> {
    return new Set(this.dropStopWords(text).map((word) => this.meaning(word)));
  }

  private dropStopWords(text: string): string[] {
    const words = split(text);
    const kept = words.filter((word) => !this.data.stop.includes(word) || this.asking.has(word) || this.data.questions.telling.includes(word));
    return kept.length ? kept : words;
  }

  private meaning(word: string): string {
    if (this.asking.has(word)) return word;
    const known = [word, ...stems(word)].find((form) => Object.hasOwn(this.data.meanings, form));
    return known === undefined ? stems(word)[0]! : this.data.meanings[known]!;
  }

  private expand(iri: string): string {
    const [prefix, ...rest] = iri.split(":");
    return Object.hasOwn(this.prefixes, prefix!) ? this.prefixes[prefix!]! + rest.join(":") : iri;
  }

  private shorten(iri: string): string {
    let best = "";
    for (const [prefix, start] of Object.entries(this.prefixes)) {
      if (iri.startsWith(start) && start.length > (this.prefixes[best]?.length ?? 0)) best = prefix;
    }
    return best ? `${best}:${iri.slice(this.prefixes[best]!.length)}` : iri;
  }
}

function makeKey(words: readonly string[]): string {
  return words.map((word) => stems(word)[0]!).join(" ");
}

function minus(one: Set<string>, other: Set<string>): Set<string> {
  return new Set([...one].filter((item) => !other.has(item)));
}

function measureOverlap(one: Set<string>, other: Set<string>): number {
  const both = [...one].filter((item) => other.has(item)).length;
  return both / (one.size + other.size - both);
}

/** A day; a year stands for its last day. */
function readDay([, year, month, day]: RegExpMatchArray): string {
  const iso = `${year}-${month ?? "12"}-${day ?? "31"}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : "";
}
