/** The record of a node: what it is, the words that it rests on, and what it is tied to. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { place } from "./addresses";
import { ask, ROWS } from "./endpoint";
import { _, language, ngettext, number } from "./language";
import { typeName } from "./looks";
import { labelOf, type NetworkEdge, type NetworkGraph } from "./network";
import { linkTo, shorten, type Rows } from "./terms";

interface Words {
  clause: string;
  /** Where it stands on the page of its statement. */
  place: string;
  summary: string;
  quote: string;
}

const MOST_CLAUSES = 12;
const FEW_TIES = 25;

export class NodePanel extends LitElement {
  static override properties = { graph: {}, node: {}, from: {}, words: { state: true }, isLong: { state: true } };
  declare graph: NetworkGraph;
  declare node: string;
  /** Where a path begins that has no end yet. */
  declare from: string;
  declare private words: Words[] | undefined;
  declare private isLong: boolean;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("node") && !changed.has("graph")) return;
    [this.words, this.isLong] = [undefined, false];
    if (this.graph?.hasNode(this.node)) void this.fetchWords(this.node);
  }

  private async fetchWords(id: string): Promise<void> {
    const clauses = this.graph.getNodeAttribute(id, "node").clauses.slice(0, MOST_CLAUSES).filter((iri) => !/[\s<>"{}|\\^`]/.test(iri));
    let words: Words[] = [];
    if (clauses.length) {
      const query = `SELECT ?clause ?statement ?summary ?quote {
        VALUES ?clause { ${clauses.map((iri) => `<${iri}>`).join(" ")} }
        ?clause ukfr:statement ?statement ; ukfr:summary ?summary ; ukfr:evidence/oa:hasSelector/oa:exact ?quote . FILTER (LANG(?summary) IN ("${language}", "en"))
      }`;
      try {
        const rows = (JSON.parse((await ask(query, ROWS)).text) as Rows).results?.bindings ?? [];
        const told = new Map<string, (typeof rows)[number]>(); // in the reader's language, else in English
        for (const row of rows) {
          if (row.summary!["xml:lang"] === language || !told.has(row.clause!.value)) told.set(row.clause!.value, row);
        }
        words = [...told.values()].map((row) => ({
          clause: row.clause!.value,
          place: place(`/statements/${localName(row.statement!.value)}#clause-${localName(row.clause!.value)}`),
          summary: row.summary!.value,
          quote: row.quote!.value,
        }));
      } catch {
        words = []; // the ties are shown all the same
      }
    }
    if (id === this.node) this.words = words;
  }

  protected override render(): TemplateResult {
    if (!this.graph?.hasNode(this.node)) {
      return html`<p class="note">${_("Choose a node in the drawing or the list to see its record.")}</p>`;
    }
    const { label, node } = this.graph.getNodeAttributes(this.node);
    const address = linkTo(node.id);
    const send = (name: string) => () => this.dispatchEvent(new CustomEvent(name, { detail: node.id, bubbles: true }));
    const hasStart = this.from && this.from !== node.id;
    return html`
      <h2 dir="auto" tabindex="-1">${label}</h2>
      <p class="note">${typeName(node.type, true)}${node.kind && node.kind !== node.type ? html` · <code>${node.kind}</code>` : nothing}<br>
        ${address ? html`<a href=${address}>${_("Open its page")}</a>` : nothing} <code>${shorten(node.id)}</code></p>
      <div class="actions">${node.type === "community"
        ? node.community === undefined ? nothing : html`<button type="button" @click=${send("community-opened")}>${_("Open this community")}</button>`
        : html`<button type="button" class="quiet" @click=${send("focus-set")}>${_("Only around it")}</button>
        <button type="button" class="quiet" @click=${send("path-start")}>${_("Path from here")}</button>
        ${hasStart ? html`<button type="button" @click=${send("path-end")}>${_("Path to here")}</button>` : nothing}`}</div>
      ${this.showWords(node.clauses.length, node.type === "ukfr:Clause")}
      ${this.showTies()}`;
  }

  private showWords(count: number, isClause: boolean): TemplateResult | typeof nothing {
    if (!count || this.words?.length === 0) return nothing;
    const heading = isClause ? _("In the words of the source") : _("Clauses behind it (%(count)s)", { count: number(count) });
    return html`<h3>${heading}</h3>
      ${this.words ? html`<ul class="evidence">${this.words.map((words) => html`<li>
        <span dir="auto">${words.summary}</span> <q class="words" lang="en">${words.quote}</q> <a href=${words.place}>${_("in the text")}<span class="hidden"> ${words.summary}</span></a>
        · <a href=${linkTo(words.clause) || nothing}>${_("record")}<span class="hidden"> ${words.summary}</span></a></li>`)}</ul>
        ${count > MOST_CLAUSES ? html`<p class="note">${
          ngettext("%(count)s more is on its page.", "%(count)s more are on its page.", count - MOST_CLAUSES, { count: number(count - MOST_CLAUSES) })}</p>` : nothing}`
      : html`<p class="note">${_("Loading…")}</p>`}`;
  }

  private showTies(): TemplateResult | typeof nothing {
    const ties: { tie: NetworkEdge; other: string; isOut: boolean }[] = [];
    this.graph.forEachEdge(this.node, (_edge, attributes) => {
      for (const tie of attributes.ties) {
        const isOut = tie.source === this.node;
        ties.push({ tie, other: isOut ? tie.target : tie.source, isOut });
      }
    });
    if (!ties.length) return html`<p class="note">${_("It is connected to nothing here.")}</p>`;
    const name = (tie: NetworkEdge, isOut: boolean) => `${isOut || this.graph.type === "undirected" ? "" : "← "}${labelOf(tie) || shorten(tie.iri)}`;
    ties.sort((a, b) => Number(b.isOut) - Number(a.isOut) || name(a.tie, a.isOut).localeCompare(name(b.tie, b.isOut)));
    const shown = this.isLong ? ties : ties.slice(0, FEW_TIES);
    const groups = new Map<string, typeof ties>();
    for (const item of shown) {
      const key = name(item.tie, item.isOut);
      groups.set(key, [...(groups.get(key) ?? []), item]);
    }
    return html`<h3>${_("Connections (%(count)s)", { count: number(ties.length) })}</h3>
      <dl class="ties">${[...groups].map(([relation, items]) => html`<dt>${relation}</dt>${items.map(({ other, tie }) => html`<dd>
        <button type="button" class="plain" dir="auto" @click=${() => this.dispatchEvent(new CustomEvent("node-selected", { detail: other, bubbles: true }))}>${
          this.graph.getNodeAttribute(other, "label")}</button>${tie.weight > 1 ? html` <span class="tag">×${number(tie.weight)}</span>` : nothing}</dd>`)}`)}</dl>
      ${ties.length > shown.length ? html`<button type="button" class="quiet" @click=${() => { this.isLong = true; }}>${_("Show all %(count)s", { count: number(ties.length) })}</button>` : nothing}`;
  }
}

function localName(iri: string): string {
  return encodeURIComponent(iri.slice(Math.max(iri.lastIndexOf("/"), iri.lastIndexOf("#")) + 1));
}

customElements.define("ukfr-node-panel", NodePanel);
