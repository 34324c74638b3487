/** Completions of a query: prefixes, classes, properties, variables, and IRIs by their label. */

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { language, number } from "./language";
import { PREFIXES, shorten, write } from "./terms";

export interface Described {
  iri: string;
  label: Record<string, string>;
  count: number;
}

/** The terms of the dataset, as /editor/terms answers. */
export interface Terms {
  classes: Described[];
  properties: Described[];
}

type Prefixes = Readonly<Record<string, string>>;

/** The terms of a query that no record uses: an empty answer may be a slip of the pen. */
export function listUnused(query: string, terms: Terms, prefixes: Prefixes = PREFIXES): string[] {
  const used = new Set([...terms.classes, ...terms.properties].map((term) => term.iri));
  const vocabularies = new Set([...used].map((iri) => iri.replace(/[^#/]*$/, "")));
  const bare = query.replace(/<[^<>\s]*>|"[^"\n]*"|'[^'\n]*'|#[^\n]*/g, " ");
  const names = [...bare.matchAll(/(?<![\w?$:-])([A-Za-z][\w-]*):([A-Za-z_][\w-]*)/g)];
  return [...new Set(names.filter(([, prefix, local]) => {
    const start = prefixes[prefix!];
    return start?.endsWith("#") && vocabularies.has(start) && !used.has(start + local!);
  }).map(([name]) => name))];
}

export interface Found {
  iri: string;
  label: string;
}

const KEYWORDS = (
  "SELECT CONSTRUCT ASK DESCRIBE WHERE DISTINCT OPTIONAL UNION MINUS GRAPH FILTER BIND VALUES EXISTS LIMIT OFFSET " +
  "PREFIX COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT SEPARATOR HAVING LANG LANGMATCHES DATATYPE STR IRI CONTAINS " +
  "STRSTARTS STRENDS LCASE UCASE REGEX REPLACE COALESCE BOUND isIRI isLiteral YEAR NOW"
).split(" ").concat("GROUP BY", "ORDER BY", "NOT EXISTS");
const MOST = 60;
const SHORTEST_SEARCH = 3;

/** The completions of the word that ends `before`; `search` finds IRIs by label. */
export async function complete(
  before: string,
  all: string,
  terms: Terms,
  search: (words: string) => Promise<Found[]>,
  prefixes = PREFIXES,
): Promise<{ from: number; options: Completion[] } | null> {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if (/^\s*#/.test(line)) return null;
  const variable = /[?$](\w*)$/.exec(before);
  if (variable) return { from: variable.index, options: variables(all, variable[0]) };
  const word = /[\p{L}_][\p{L}\p{N}_.-]*(?::[\p{L}\p{N}_.-]*)?$|(?<![\p{L}\p{N}"'>])$/u.exec(before);
  if (!word || /<[^>\s]*$|"[^"\n]*$/.test(line)) return null;
  const typed = word[0];
  const rest = before.slice(0, word.index);
  if (/\bPREFIX\s+$/i.test(rest)) return { from: word.index, options: declarations(prefixes, typed) };
  const isType = /(?:^|[\s;{])(?:a|rdf:type)\s+$/.test(rest);
  const options = [
    ...described(isType ? terms.classes : terms.properties, typed, prefixes, isType ? "class" : "property", 2),
    ...(isType ? [] : described(terms.classes, typed, prefixes, "class", 1)),
    ...(typed.includes(":") ? [] : prefixesAndKeywords(typed, prefixes)),
  ];
  if (typed.length >= SHORTEST_SEARCH && !typed.includes(":") && !isType) {
    const known = new Set(options.map((option) => option.label));
    for (const found of await search(typed)) {
      const label = write(found.iri, prefixes);
      if (!known.has(label)) {
        options.push({ label, displayLabel: found.label, detail: shorten(found.iri, prefixes), type: "constant", boost: 0 });
      }
    }
  }
  return options.length ? { from: word.index, options } : null;
}

/** The same, as CodeMirror asks for it. */
export function completionSource(terms: () => Terms, search: (words: string) => Promise<Found[]>) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const before = context.state.sliceDoc(0, context.pos);
    if (!context.explicit && !/[\p{L}?$:]$/u.test(before)) return null;
    const found = await complete(before, context.state.doc.toString(), terms(), search);
    return found && !context.aborted ? { ...found, filter: false } : null;
  };
}

function variables(all: string, typed: string): Completion[] {
  const names = new Set([...all.matchAll(/[?$]\w+/g)].map((match) => `?${match[0].slice(1)}`));
  names.delete(`?${typed.slice(1)}`);
  return [...names].filter((name) => name.startsWith(`?${typed.slice(1)}`)).sort().map((label) => ({ label, type: "variable" }));
}

function declarations(prefixes: Prefixes, typed: string): Completion[] {
  return Object.entries(prefixes)
    .filter(([prefix]) => prefix.startsWith(typed.replace(/:.*/, "")))
    .map(([prefix, start]) => ({ label: `${prefix}: <${start}>`, type: "namespace" }));
}

function prefixesAndKeywords(typed: string, known: Prefixes): Completion[] {
  const low = typed.toLowerCase();
  const prefixes = Object.entries(known)
    .filter(([prefix]) => prefix.startsWith(low))
    .map(([prefix, start]): Completion => ({ label: `${prefix}:`, detail: start, type: "namespace", boost: 3 }));
  const keywords = low
    ? KEYWORDS.filter((word) => word.toLowerCase().startsWith(low)).map((label): Completion => ({ label, type: "keyword", boost: 4 }))
    : [];
  return [...keywords, ...prefixes];
}

/** Terms whose compact form begins as typed, or whose label, in either language, has a word that does. */
function described(list: Described[], typed: string, prefixes: Prefixes, type: string, boost: number): Completion[] {
  const low = typed.toLowerCase();
  const options: Completion[] = [];
  for (const term of list) {
    const label = write(term.iri, prefixes);
    const names = Object.values(term.label).join(" ").toLowerCase();
    const local = label.slice(label.indexOf(":") + 1).toLowerCase();
    const fits = low === "" || label.toLowerCase().startsWith(low)
      || (!low.includes(":") && (local.startsWith(low) || ` ${names}`.includes(` ${low}`)));
    if (fits) {
      const name = term.label[language] ?? term.label.en ?? "";
      options.push({ label, detail: [name, term.count ? `${number(term.count)}×` : ""].filter(Boolean).join(" · "), type, boost });
    }
    if (options.length >= MOST) break;
  }
  return options;
}
