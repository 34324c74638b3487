/** Why a thing was found: the words around, with marks, by the recipe of `query/search_snippets.py`. */

import type { Word } from "./search-words";
import { findVariants, fold, split, stems } from "./word-forms";

const [FROM, TO] = ["\u0002", "\u0003"];
const SEPARATOR = " · ";
const NAMED_BY = ": ";
const NAMES = ["alias", "about"];
const SHOWN = ["quote", "summary", "definition", ...NAMES];
const AROUND = 14;
const TOKEN = /[\p{L}\p{N}]+(?:[-‐‑][\p{L}\p{N}]+)*|\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+/gu;

export class Marker {
  private readonly spelled: Set<string>;
  private readonly begun: string[];
  private readonly stemmed: Set<string>;

  constructor(words: readonly Word[]) {
    const known = words.filter((word) => word.isKnown);
    this.spelled = new Set(known.flatMap(({ text, near }) => [...split(text), ...findVariants(text).map(fold), ...split(near ?? "")]));
    this.begun = known.filter((word) => word.isOpen).map(({ text }) => split(text).at(-1)!);
    this.stemmed = new Set(known.flatMap(({ text }) => split(text).flatMap(stems)));
  }

  /** A text with marks around the words that were found; `show` makes elements of them. */
  mark(text: string): string {
    return text.replace(TOKEN, (token) => (this.matches(token) ? FROM + token + TO : token));
  }

  /** The field that shows best why a thing was found, and the words around. */
  choose(texts: Readonly<Record<string, string>>): [field: string, snippet: string] {
    for (const name of SHOWN) {
      const marked = this.mark(texts[name]!);
      if (marked.includes(FROM)) return [name, NAMES.includes(name) ? cutNames(marked) : cut(marked)];
    }
    const spellings = this.mark(texts["variant"]!).match(/\u0002[^\u0003]*\u0003/g);
    if (spellings) return ["alias", [...new Set(spellings)].join(" ")];
    const name = SHOWN.find((other) => texts[other] && !NAMES.includes(other));
    return name ? [name, cut(texts[name]!)] : ["", ""];
  }

  private matches(token: string): boolean {
    return [...split(token), ...findVariants(token).map(fold)].some((part) => this.spelled.has(part)
      || this.begun.some((beginning) => part.startsWith(beginning)) || stems(part).some((stem) => this.stemmed.has(stem)));
  }
}

/** A text with marks, as nodes. */
export function show(marked: string): (string | HTMLElement)[] {
  return marked.split(/(\u0002[^\u0003]*\u0003)/).filter(Boolean).map((part) => {
    if (!part.startsWith(FROM)) return part;
    const element = document.createElement("mark");
    element.textContent = part.slice(1, -1);
    return element;
  });
}

function cutNames(text: string): string {
  const kept = text.split(SEPARATOR).filter((thing) => thing.includes(FROM)).map((thing) => {
    const at = thing.indexOf(NAMED_BY);
    const [label, others] = at < 0 ? [thing, ""] : [thing.slice(0, at), thing.slice(at + NAMED_BY.length)];
    const found = others.split(", ").filter((name) => name.includes(FROM)).slice(0, 2);
    return found.length && !label.includes(FROM) ? `${label} (${found.join(", ")})` : label;
  });
  return kept.slice(0, 3).join(SEPARATOR);
}

function cut(text: string): string {
  const places = [...text.matchAll(/\S+/g)];
  if (places.length <= 2 * AROUND) return text;
  const first = Math.max(0, places.findIndex(([word]) => word.includes(FROM)));
  const start = Math.max(0, Math.min(first - AROUND / 2, places.length - 2 * AROUND));
  const end = Math.min(places.length, start + 2 * AROUND) - 1;
  const last = places[end]!;
  const kept = text.slice(places[start]!.index, last.index + last[0].length);
  return `${start ? "…" : ""}${kept}${end + 1 < places.length ? "…" : ""}`;
}
