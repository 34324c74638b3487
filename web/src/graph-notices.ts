/** What the view of a network says above its drawing: around what, along which path, by communities, or what is wrong. */

import { html, type TemplateResult } from "lit";
import type { Problem } from "./endpoint";
import { number, t } from "./language";
import type { NetworkData, NetworkGraph } from "./network";
import { shorten } from "./terms";

export const MOST_STEPS = 10;

/** A node's label; one that a community hides has only its IRI here. */
function name(graph: NetworkGraph, id: string): TemplateResult {
  return html`<strong dir="auto">${graph.hasNode(id) ? graph.getNodeAttribute(id, "label") : shorten(id)}</strong>`;
}

function endButton(end: () => void): TemplateResult {
  return html`<button type="button" class="plain" @click=${end}>${t("End", "Terminer")}</button>`;
}

/** The surroundings of a node, to be made wider or narrower. */
export function showSteps(graph: NetworkGraph, focus: string, steps: number, take: (steps: number) => void, end: () => void): TemplateResult {
  return html`<p class="notice steps">${t("Around", "Autour de")} ${name(graph, focus)}
    <button type="button" class="quiet" aria-label=${t("One step fewer", "Un pas de moins")} ?disabled=${steps < 1} @click=${() => take(steps - 1)}>−</button>
    <span role="status">${steps === 1 ? t("1 step", "1 pas") : t(`${steps} steps`, `${steps} pas`)}</span>
    <button type="button" class="quiet" aria-label=${t("One step more", "Un pas de plus")} ?disabled=${steps >= MOST_STEPS} @click=${() => take(steps + 1)}>+</button>
    ${endButton(end)}</p>`;
}

/** A path: its beginning alone, that there is none, or its nodes. */
export function showPath(graph: NetworkGraph, from: string, to: string, path: string[], select: (id: string) => void, end: () => void): TemplateResult {
  if (!to) return html`<p class="notice" role="status">${t("Path from", "Chemin depuis")} ${name(graph, from)}: ${t("choose its other end, then “Path to here”.", "choisissez l'autre bout, puis « Chemin jusqu'ici ».")} ${endButton(end)}</p>`;
  if (!path.length) return html`<p class="notice" role="status">${t("No path joins", "Aucun chemin ne relie")} ${name(graph, from)} ${t("and", "et")} ${name(graph, to)} ${t("in what is shown.", "dans ce qui est montré.")} ${endButton(end)}</p>`;
  return html`<div class="notice"><p role="status">${t(`The shortest path has ${path.length - 1} steps:`, `Le plus court chemin a ${path.length - 1} pas :`)} ${endButton(end)}</p>
    <ol class="path">${path.map((id) => html`<li><button type="button" class="plain" dir="auto" @click=${() => select(id)}>${graph.getNodeAttribute(id, "label")}</button></li>`)}</ol></div>`;
}

export function showOverview(data: NetworkData, drawAll: () => void): TemplateResult {
  const total = number(data.nodes.reduce((sum, node) => sum + node.weight, 0));
  return html`<p class="notice">${t(
    `The network has ${total} nodes: each community of them is shown as one, named after its best tied member. Open one, narrow the choice, or`,
    `Le réseau a ${total} nœuds : chaque communauté est montrée comme un seul, nommé d'après son membre le mieux relié. Ouvrez-en une, restreignez le choix, ou`)}
    <button type="button" class="quiet" @click=${drawAll}>${t("draw all", "dessinez tout")}</button></p>`;
}

/** What the server says is wrong, which it says in English. */
export function showProblem({ title, detail }: Problem): TemplateResult {
  return html`<div role="alert"><strong lang="en">${title}.</strong> <span lang="en">${detail}</span></div>`;
}
