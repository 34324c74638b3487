/** Notices above the drawing of a network: around which node, along which path, by communities, or what is wrong. */

import { html, type TemplateResult } from "lit";
import type { Problem } from "./endpoint";
import { _, ngettext, number } from "./language";
import type { NetworkData, NetworkGraph } from "./network";
import { MOST_STEPS } from "./network-choice";
import { shorten } from "./terms";

/** A node's label; one that a community hides has only its IRI here. */
function name(graph: NetworkGraph, id: string): TemplateResult {
  return html`<strong dir="auto">${graph.hasNode(id) ? graph.getNodeAttribute(id, "label") : shorten(id)}</strong>`;
}

function endButton(end: () => void): TemplateResult {
  return html`<button type="button" class="plain" @click=${end}>${_("End")}</button>`;
}

/** The surroundings of a node, to be made wider or narrower. */
export function showSteps(graph: NetworkGraph, focus: string, steps: number, take: (steps: number) => void, end: () => void): TemplateResult {
  return html`<p class="notice steps">${_("Around:")} ${name(graph, focus)}
    <button type="button" class="quiet" aria-label=${_("One step fewer")} ?disabled=${steps < 1} @click=${() => take(steps - 1)}>−</button>
    <span role="status">${ngettext("%(num)s step", "%(num)s steps", steps, { num: steps })}</span>
    <button type="button" class="quiet" aria-label=${_("One step more")} ?disabled=${steps >= MOST_STEPS} @click=${() => take(steps + 1)}>+</button>
    ${endButton(end)}</p>`;
}

/** A path: its beginning alone, that there is none, or its nodes. */
export function showPath(graph: NetworkGraph, from: string, to: string, path: string[], select: (id: string) => void, end: () => void): TemplateResult {
  if (!to) return html`<p class="notice" role="status">${_("Path from:")} ${name(graph, from)}. ${_("Choose its other end, then “Path to here”.")} ${endButton(end)}</p>`;
  if (!path.length) return html`<p class="notice" role="status">${_("In what is shown, no path joins:")} ${name(graph, from)}, ${name(graph, to)}. ${endButton(end)}</p>`;
  return html`<div class="notice"><p role="status">${
    ngettext("The shortest path has %(num)s step:", "The shortest path has %(num)s steps:", path.length - 1, { num: path.length - 1 })} ${endButton(end)}</p>
    <ol class="path">${path.map((id) => html`<li><button type="button" class="plain" dir="auto" @click=${() => select(id)}>${graph.getNodeAttribute(id, "label")}</button></li>`)}</ol></div>`;
}

export function showOverview(data: NetworkData, drawAll: () => void): TemplateResult {
  const total = number(data.nodes.reduce((sum, node) => sum + node.weight, 0));
  return html`<p class="notice">${
    _("The network has %(total)s nodes: each community of them is shown as one, named after its best connected member. Open one, or add filters.", { total })}
    <button type="button" class="quiet" @click=${drawAll}>${_("Draw all")}</button></p>`;
}

/** Return the server's problem (RFC 9457) as an alert. */
export function showProblem({ title, detail }: Problem): TemplateResult {
  return html`<div role="alert"><strong>${title}.</strong> ${detail}</div>`;
}
