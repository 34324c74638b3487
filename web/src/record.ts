// All data of a record on a page without a server: a table of what the engine in the browser says of it.

import { ask, findLabels, TRIPLES } from "./endpoint";
import { day } from "./language";
import { isDate, linkTo, type Row, shorten, type Term } from "./terms";
import { readTriples } from "./triples";

const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
type Labels = ReadonlyMap<string, string>;

const details = document.querySelector<HTMLDetailsElement>("#record");
let isRead = false;

if (details) {
  details.hidden = false;
  const node = document.querySelector("#record ~ p code")!.textContent!;
  details.addEventListener("toggle", () => void fill(details, node));
  addEventListener("hashchange", () => follow(details));
  follow(details);
  if (details.open) void fill(details, node); // a browser opens it itself for a part in it, before this runs
}

/** Open the table for an address that names a part of the record which only the table tells. */
function follow(shown: HTMLDetailsElement): void {
  const part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (location.hash && (!part || shown.contains(part))) shown.open = true;
}

async function fill(shown: HTMLDetailsElement, node: string): Promise<void> {
  if (isRead) return;
  isRead = true;
  shown.setAttribute("aria-busy", "true");
  try {
    const { nodes, labels } = await read(node);
    shown.querySelector("ul")?.remove();
    shown.append(...nodes.map(([name, told]) => show(name, told, labels)));
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  } catch (error) {
    isRead = false;
    const alert = document.createElement("p");
    [alert.role, alert.textContent] = ["alert", String(error instanceof Error ? error.message : error)];
    shown.append(alert);
  } finally {
    shown.removeAttribute("aria-busy");
  }
}

/** Read what is said of each node: of the record itself first, then of its parts, whose names go on after `#`. */
async function read(node: string): Promise<{ nodes: [string, Row[]][]; labels: Labels }> {
  const query = `CONSTRUCT { ?node ?property ?value } {
    ?node ?property ?value FILTER (?node = <${node}> || STRSTARTS(STR(?node), "${node}#"))
  }`;
  const { rows } = readTriples((await ask(query, TRIPLES)).text);
  const terms = rows.flatMap((row) => [row["predicate"]!, row["object"]!]);
  const labels = await findLabels(terms.filter(({ type }) => type === "uri").map(({ value }) => value));
  const nodes = [...group(rows, "subject")].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  return { nodes, labels };
}

function group(rows: Row[], column: string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = row[column]!.value;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return groups;
}

function show(node: string, told: Row[], labels: Labels): HTMLElement {
  const box = document.createElement("div");
  const table = box.appendChild(document.createElement("table"));
  [box.className, box.tabIndex, box.role] = ["scroll", 0, "group"];
  const fragment = node.split("#")[1];
  box.ariaLabel = fragment ?? document.title;
  if (fragment) table.createCaption().textContent = `#${fragment}`;
  if (fragment && !document.getElementById(fragment)) box.id = fragment;
  for (const [property, values] of [...group(told, "predicate")].sort(([a], [b]) => Number(b === TYPE) - Number(a === TYPE))) {
    const row = table.insertRow();
    const heading = row.appendChild(document.createElement("th"));
    heading.scope = "row";
    heading.append(write({ type: "uri", value: property }, labels, /[^#/]*$/.exec(property)![0]));
    const cell = row.insertCell();
    for (const value of values) cell.append(...(cell.hasChildNodes() ? [document.createElement("br")] : []), write(value["object"]!, labels));
  }
  return box;
}

/** Write a term; an IRI without a label in the dataset is called by `name`. */
function write(term: Term, labels: Labels, name = shorten(term.value)): Node {
  if (term.type === "uri") {
    const [to, text] = [linkTo(term.value), labels.get(term.value) || name];
    if (!to) return document.createTextNode(text);
    const link = document.createElement("a");
    [link.href, link.textContent] = [to, text];
    return link;
  }
  const tongue = term["xml:lang"];
  if (!tongue) return document.createTextNode(isDate(term) ? day(term.value) : term.value);
  const words = document.createElement("span");
  [words.lang, words.textContent] = [tongue, term.value];
  return words;
}
