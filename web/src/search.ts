// The search on a page without a server, from a disk too: in the texts of the index, as the server searches.
// It is one classic script, since browsers load no modules from a disk.

import { isStatic, place } from "./addresses";
import { _, language, ngettext, number, readIsland } from "./language";
import type { Found, Hit, IndexData } from "./search-data";
import { SearchIndex } from "./search-index";
import { QuestionIndex, type Recognised } from "./search-questions";
import { Marker, show } from "./search-snippets";
import { expand, linkTo, shorten } from "./terms";

/** The element of `search-answer.ts` for the answer to a question; it stays empty where that module cannot be loaded. */
interface AnswerHead extends HTMLElement {
  show(recognised: Recognised): Promise<void>;
}

const MOST = 20;
const form = document.querySelector<HTMLFormElement>("main form[role=search]");
const results = document.querySelector<HTMLElement>("#results");
const prefixes = readIsland<Record<string, string>>("prefixes");
const fields = readIsland<Record<string, string>>("fields");
let opened: Promise<{ index: SearchIndex; questions: QuestionIndex }> | undefined;
let searches = 0;

if (isStatic && form && results) {
  const field = form.elements.namedItem("q") as HTMLInputElement;
  const take = (): void => {
    const given = new URLSearchParams(location.search);
    field.value = given.get("q") ?? "";
    if (field.value.trim()) void search(field.value, given.getAll("type").filter(Boolean));
  };
  form.addEventListener("submit", (event) => {
    const address = `${location.pathname}?${new URLSearchParams({ q: field.value })}`;
    try {
      history.pushState(null, "", address); // so the index need not be loaded again
    } catch {
      return; // from a disk, where a browser may not let the address be changed
    }
    event.preventDefault();
    take();
  });
  addEventListener("popstate", take);
  take();
}

async function search(given: string, types: readonly string[]): Promise<void> {
  const text = given.trim().split(/\s+/).join(" ");
  const turn = ++searches;
  results!.replaceChildren(element("p", { role: "status" }, _("Searching …")));
  try {
    const { index, questions } = await (opened ??= open());
    if (turn !== searches) return;
    const found = index.search(text, language);
    if (!found) throw new Error(_("Give between one and sixteen words to search for."));
    const meant = questions.recognise(text, found);
    const { cards } = index.data.questions.most;
    const sure = meant.filter(({ isSure }) => isSure).slice(0, cards);
    results!.replaceChildren(...write(index, text, found, types, meant, sure));
  } catch (error) {
    opened = undefined;
    results!.replaceChildren(element("p", { role: "alert" }, String(error instanceof Error ? error.message : error)));
  }
}

/** Load the index by a script, as from a disk nothing can be fetched. */
async function open(): Promise<{ index: SearchIndex; questions: QuestionIndex }> {
  const script = element("script", { src: results!.dataset["index"]! });
  await new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(_("The index of the search could not be loaded.")));
    document.head.append(script);
  });
  const packed = Uint8Array.from(atob((globalThis as unknown as { ukfrSearchIndex: string }).ukfrSearchIndex), (c) => c.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const data = (await new Response(unpacked).json()) as IndexData;
  return { index: new SearchIndex(data), questions: new QuestionIndex(data, prefixes) };
}

function write(index: SearchIndex, text: string, found: Found, types: readonly string[], meant: readonly Recognised[], sure: readonly Recognised[]): Node[] {
  const hits = types.length ? found.hits.filter((hit) => types.some((type) => hit.types.includes(type))) : found.hits;
  const nodes: Node[] = hits.length ? tellReading(found) : [];
  nodes.push(...sure.map((item) => writeCard(index, item)));
  const status = hits.length
    ? ngettext("%(total)s result", "%(total)s results", hits.length, { total: number(hits.length) })
    : _("Nothing was found for %(words)s.", { words: text });
  nodes.push(element("p", { role: "status" }, status));
  if (found.hits.length) nodes.push(writeFacets(index, text, found.hits, types));
  const list = element("ol", {});
  const marker = new Marker(found.words);
  const more = element("button", { type: "button" }, _("More results"));
  const add = (): void => {
    list.append(...hits.slice(list.childElementCount, list.childElementCount + MOST).map((hit) => writeHit(index, marker, hit)));
    if (list.childElementCount >= hits.length) more.remove();
  };
  if (hits.length) nodes.push(list);
  if (hits.length > MOST) nodes.push(more);
  more.addEventListener("click", add);
  add();
  const rest = meant.filter((item) => !sure.includes(item));
  if (rest.length) {
    const items = rest.map((item) => element("li", {}, element("a", { href: addressOf(item) }, asked(item))));
    nodes.push(element("section", {}, element("h2", {}, _("Questions that may be meant")), element("ul", {}, ...items)));
  }
  const ways = document.querySelector<HTMLTemplateElement>("#ways-on");
  if (!hits.length && ways) nodes.push(ways.content.cloneNode(true));
  return nodes;
}

/** Say which words were read as others, or passed over. */
function tellReading({ corrected, missing, isPartial }: Found): Node[] {
  const notes = [...corrected].map(([typed, used]) =>
    element("p", { role: "note" }, _("Nothing contains %(typed)s; these are results for %(used)s.", { typed, used })));
  if (missing.length) {
    notes.push(element("p", { role: "note" }, _("Nothing contains %(words)s; these are results for the other words.", { words: missing.join(", ") })));
  } else if (isPartial) {
    notes.push(element("p", { class: "area" }, _("What has all the words comes first, then what has some of them.")));
  }
  return notes;
}

function writeCard(index: SearchIndex, recognised: Recognised): Node {
  const told = recognised.question.parameters.filter(({ name }) => recognised.values.has(name)).map((parameter) => {
    const value = recognised.values.get(parameter.name)!;
    const [label] = index.name(expand(value, prefixes), language);
    return element("p", { class: "area" }, `${parameter.labels[language] ?? parameter.labels["en"] ?? parameter.name}${_(":")} ${label || value}`);
  });
  const address = addressOf(recognised);
  const card = element("section", { class: "panel question-card" },
    element("h2", {}, element("a", { href: address }, asked(recognised))), ...told,
    element("p", {}, element("a", { href: address }, _("All of it, and other ways to ask"))));
  const module = results!.dataset["answer"];
  if (module && location.protocol !== "file:") { // from a disk, the question leads to its answer all the same
    void import(/* @vite-ignore */ new URL(module, location.href).href).then(() => {
      const head = document.createElement("ukfr-answer-head") as AnswerHead;
      card.lastElementChild!.before(head);
      return head.show(recognised);
    }).catch(() => undefined); // what was found is shown all the same
  }
  return card;
}

function writeFacets(index: SearchIndex, text: string, hits: readonly Hit[], chosen: readonly string[]): Node {
  const counts = new Map<string, number>();
  for (const hit of hits) for (const type of hit.types) counts.set(type, (counts.get(type) ?? 0) + 1);
  const named = [...counts].map(([type, count]) => ({ type, count, label: index.name(type, language)[0] })).filter(({ label }) => label);
  named.sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
  const link = (label: string, type: string, isHere: boolean): HTMLElement =>
    element("a", { href: `?${new URLSearchParams(type ? { q: text, type } : { q: text })}`, ...(isHere ? { "aria-current": "true" } : {}) }, label);
  return element("details", chosen.length ? { open: "" } : {}, element("summary", {}, _("By type")), element("ul", {},
    element("li", {}, link(_("All types"), "", !chosen.length)),
    ...named.map(({ type, count, label }) =>
      element("li", {}, link(label, type, chosen.includes(type)), " ", element("span", { class: "area" }, number(count))))));
}

function writeHit(index: SearchIndex, marker: Marker, { iri, document: found, types }: Hit): HTMLElement {
  const [, tongue] = index.data.documents[found]!;
  const [label, named] = index.name(iri, language, tongue);
  const [kind] = types.map((type) => index.name(type, language)[0]).filter(Boolean);
  const link = element("a", { href: linkTo(iri) || iri }, ...show(marker.mark(label || shorten(iri, prefixes))));
  if (named !== language) link.lang = named;
  const item = element("li", {}, element("p", {}, link, ...(kind ? [" ", element("span", { class: "area" }, kind)] : [])));
  const [field, snippet] = marker.choose(index.read(found));
  if (snippet) {
    const words = element("span", {}, ...show(snippet));
    if (tongue !== language && field !== "quote") words.lang = tongue;
    item.append(element("p", {}, element("span", { class: "area" }, `${fields[field]}${_(":")}`), " ", words));
  }
  const [, statement, clause] = /\/id\/clause\/([^/#]+)\/([^/#]+)$/.exec(iri) ?? [];
  if (clause) item.append(element("p", {}, element("a", { href: `${place(`/statements/${statement}`)}#clause-${clause}` }, _("In the text"))));
  return item;
}

function asked({ question }: Recognised): string {
  return question.question[language] ?? question.question["en"] ?? question.name;
}

function addressOf({ question, values }: Recognised): string {
  return place(`/queries/${question.name}${values.size ? `?${new URLSearchParams([...values])}` : ""}`);
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Record<string, string>, ...children: (string | Node)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
