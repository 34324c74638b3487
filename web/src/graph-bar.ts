/** The bar above the drawing of a network: its types, its files, and how much of it is shown. */

import { html, nothing, type TemplateResult } from "lit";
import { _, ngettext, number } from "./language";
import { typeName } from "./looks";
import { closeOnEscape, closeOnLeave } from "./menu";
import type { NetworkGraph, Seen } from "./network";

/** A button for each type of node, the most frequent first; none where there is one type. */
export function showLegend(graph: NetworkGraph, shown: ReadonlySet<string>, choose: (types: ReadonlySet<string>) => void): TemplateResult {
  const counts = new Map<string, number>();
  graph.forEachNode((_id, { node }) => counts.set(node.type, (counts.get(node.type) ?? 0) + 1));
  const types = [...counts].sort((a, b) => b[1] - a[1]).map(([type]) => type);
  return html`<div class="legend" role="group" aria-label=${_("Types that are shown")}>${types.length < 2 ? nothing : types.map((type) => html`<button
    type="button" class="quiet" aria-pressed=${!shown.size || shown.has(type)} @click=${() => choose(toggle(type, shown, types))}>
    <span class="dot" data-type=${type} aria-hidden="true"></span>${typeName(type)} ${number(counts.get(type)!)}</button>`)}</div>`;
}

/** Show or hide a type; an empty set shows all. */
function toggle(type: string, shown: ReadonlySet<string>, all: readonly string[]): ReadonlySet<string> {
  const chosen = new Set(shown.size ? shown : all);
  if (!chosen.delete(type)) chosen.add(type);
  return chosen.size === all.length ? new Set() : chosen;
}

/** The pictures that are saved here, and the files that the server writes: format, title and address. */
export function showFiles(save: (form: "svg" | "png") => void, files: readonly [form: string, title: string, address: string][]): TemplateResult {
  return html`<details class="menu" @keydown=${closeOnEscape} @focusout=${closeOnLeave}>
    <summary class="button quiet">${_("Save as")}</summary>
    <ul>
      <li><button type="button" class="quiet" @click=${() => save("svg")}>SVG</button></li>
      <li><button type="button" class="quiet" @click=${() => save("png")}>PNG</button></li>
      ${files.map(([form, title, address]) => html`<li>
        <a class="button quiet" download=${`network.${form}`} href=${address}>${title}</a></li>`)}
    </ul>
  </details>`;
}

/** Tell how many nodes and connections there are, how many of the nodes are shown and, where words are searched for, found. */
export function countShown(graph: NetworkGraph, { nodes }: Seen, links: number, found: number | undefined): string {
  const all = graph.order;
  return [
    nodes.size === all ? ngettext("%(all)s node", "All %(all)s nodes", all, { all: number(all) })
      : ngettext("%(shown)s of %(all)s node", "%(shown)s of %(all)s nodes", all, { shown: number(nodes.size), all: number(all) }),
    ngettext("%(count)s connection", "%(count)s connections", links, { count: number(links) }),
    ...(found === undefined ? [] : [ngettext("%(count)s found", "%(count)s found", found, { count: number(found) })]),
  ].join(" · ");
}
