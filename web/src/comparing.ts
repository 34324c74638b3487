// Comparing on a page without a server: two topics, parties or statements, by the questions that a server asks too.

import { place } from "./addresses";
import { ask, findLabels, ROWS } from "./endpoint";
import { prepare } from "./engine";
import { number, readIsland } from "./language";
import { expand, linkTo, type Row, type Rows } from "./terms";

const CLAUSE = /\/id\/clause\/([^/]+)\/(.+)$/;
const UKFR = "https://w3id.org/ukfr/ontology#";
const NAMED = new Set([`${UKFR}cites`, `${UKFR}incorporatesByReference`]);
const MEASURES = [`${UKFR}testability`, `${UKFR}novelty`];

/** One side: what it is, and its clauses in the order of the text. */
interface Side {
  iri: string;
  clauses: string[];
}

/** The answers of the questions: clauses by side, and the values of each clause by property. */
interface Facts {
  sides: Map<string, string[]>;
  values: Map<string, Map<string, Set<string>>>;
  labels: Map<string, string>;
}

const words = readIsland<Record<string, string>>("words");
const questions = readIsland<Record<"side" | "clauses" | "links", string>>("questions");
const form = document.querySelector<HTMLFormElement>("form[data-comparing]");
const comparison = document.querySelector<HTMLElement>("#comparison");
let facts: Promise<Facts> | undefined;

if (form && comparison) {
  form.hidden = false;
  form.addEventListener("focusin", prepare, { once: true });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    history.pushState(null, "", `${location.pathname}?${new URLSearchParams(given)}`);
    void take();
  });
  addEventListener("popstate", () => void take());
  void take();
}

/** Compares what the address names. */
async function take(): Promise<void> {
  const given = ["a", "b"].map((name) => new URLSearchParams(location.search).get(name) ?? "");
  ["a", "b"].forEach((name, at) => { (form!.elements.namedItem(name) as HTMLSelectElement).value = given[at]!; });
  if (!given.every(Boolean)) return;
  comparison!.setAttribute("aria-busy", "true");
  try {
    const found = await (facts ??= read());
    const sides = given.map((name) => ({ iri: expand(name), clauses: found.sides.get(expand(name)) ?? [] }));
    comparison!.replaceChildren(...compare(sides, found));
  } catch (error) {
    facts = undefined;
    comparison!.replaceChildren(make("p", { role: "alert" }, String(error instanceof Error ? error.message : error)));
  } finally {
    comparison!.removeAttribute("aria-busy");
  }
}

async function read(): Promise<Facts> {
  const [sideRows, clauseRows, linkRows] = await Promise.all([rowsOf(questions.side), rowsOf(questions.clauses), rowsOf(questions.links)]);
  const values = new Map<string, Map<string, Set<string>>>();
  const order = new Map(clauseRows.map((row) => [row["clause"]!.value, Number(row["order"]!.value)]));
  const add = (clause: string, property: string, value: string): void => {
    const known = values.get(clause) ?? new Map<string, Set<string>>();
    values.set(clause, known.set(property, (known.get(property) ?? new Set()).add(value)));
  };
  for (const row of clauseRows) add(row["clause"]!.value, "kind", row["kind"]!.value);
  for (const row of linkRows) add(row["clause"]!.value, row["property"]!.value, row["value"]!.value);
  const sides = new Map<string, string[]>();
  for (const { side, clause } of sideRows) sides.set(side!.value, [...(sides.get(side!.value) ?? []), clause!.value]);
  for (const clauses of sides.values()) clauses.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const named = [...values.values()].flatMap((known) => [...known.values()].flatMap((found) => [...found]));
  return { sides, values, labels: await findLabels([...sides.keys(), ...values.keys(), ...named]) };
}

async function rowsOf(question: string): Promise<Row[]> {
  return (JSON.parse((await ask(question, ROWS)).text) as Rows).results!.bindings;
}

function compare(sides: Side[], found: Facts): HTMLElement[] {
  const name = (iri: string): string => found.labels.get(iri) ?? iri;
  const valuesOf = (clause: string, property: string): string[] => [...(found.values.get(clause)?.get(property) ?? [])];
  const shared = sides[0]!.clauses.filter((clause) => sides[1]!.clauses.includes(clause));
  const row = (heading: string, cells: (string | Node)[][]): HTMLElement =>
    make("tr", {}, make("th", { scope: "row" }, heading), ...cells.map((cell) => make("td", {}, ...cell)));
  const groups = ["kind", ...MEASURES].map((property) => {
    const all = new Set(sides.flatMap(({ clauses }) => clauses.flatMap((clause) => valuesOf(clause, property))));
    const rows = [...all].map((value) => ({
      value,
      counts: sides.map(({ clauses }) => clauses.filter((clause) => valuesOf(clause, property).includes(value)).length),
    }));
    rows.sort((a, b) => b.counts[0]! + b.counts[1]! - a.counts[0]! - a.counts[1]!);
    const heading = make("tr", {}, make("th", { scope: "rowgroup", colspan: "3" }, words[property.replace(UKFR, "")]!));
    return rows.length ? make("tbody", {}, heading, ...rows.map(({ value, counts }) => row(name(value), counts.map((n) => [number(n)])))) : "";
  });
  const instruments = sides.map(({ clauses }) => [...new Set(clauses.flatMap((clause) => [...NAMED].flatMap((property) => valuesOf(clause, property))))]);
  const links = (iris: string[]): (string | Node)[] =>
    iris.length ? iris.flatMap((iri, at) => [at ? "; " : "", make("a", { href: linkTo(iri) }, name(iri))]) : [words["none"]!];
  const head = make("tr", {}, make("td", {}), ...sides.map(({ iri }) => make("th", { scope: "col" }, make("a", { href: linkTo(iri) }, name(iri)))));
  const list = (heading: string, clauses: string[], nothing: string): HTMLElement =>
    make("section", {}, make("h2", {}, heading), clauses.length
      ? make("ul", {}, ...clauses.map((clause) => make("li", {}, make("a", { href: wordsOf(clause) }, name(clause)),
        " ", make("span", { class: "area" }, valuesOf(clause, "kind").map(name).join(", ")))))
      : make("p", { class: "note" }, nothing));
  return [
    make("table", { class: "compared" },
      make("caption", { class: "hidden" }, words["numbers"]!), make("thead", {}, head),
      make("tbody", {}, row(words["clauses"]!, sides.map(({ clauses }) => [number(clauses.length)])),
        row(words["shared"]!, sides.map(() => [number(shared.length)]))),
      ...groups,
      make("tbody", {}, row(words["instruments"]!, instruments.map(links)))),
    list(words["both"]!, shared, words["neither"]!),
    ...sides.map(({ iri, clauses }) => list(words["only"]!.replace("%(side)s", name(iri)), clauses.filter((clause) => !shared.includes(clause)), words["alone"]!)),
  ];
}

/** The address of the words of a clause in its text. */
function wordsOf(clause: string): string {
  const [, statement, anchor] = CLAUSE.exec(clause) ?? [];
  return statement ? place(`/statements/${statement}#clause-${anchor}`) : linkTo(clause);
}

function make(tag: string, attributes: Record<string, string>, ...content: (string | Node)[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}
