/** The record of a node: what it is, the words that it rests on, and what it is tied to. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { ask, ROWS } from "./endpoint";
import { language, number, t } from "./language";
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
        ?clause ukfr:statement ?statement ; ukfr:summary ?summary ; ukfr:evidence/oa:hasSelector/oa:exact ?quote . FILTER (LANG(?summary) = "${language}")
      }`;
      try {
        const rows = (JSON.parse((await ask(query, ROWS)).text) as Rows).results?.bindings ?? [];
        words = rows.map((row) => ({
          clause: row.clause!.value,
          place: `/statements/${localName(row.statement!.value)}#clause-${localName(row.clause!.value)}`,
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
      return html`<p class="note">${t("Choose a node in the drawing or the list to see its record.", "Choisissez un nœud dans le dessin ou la liste pour voir sa notice.")}</p>`;
    }
    const { label, node } = this.graph.getNodeAttributes(this.node);
    const address = linkTo(node.id);
    const send = (name: string) => () => this.dispatchEvent(new CustomEvent(name, { detail: node.id, bubbles: true }));
    const hasStart = this.from && this.from !== node.id;
    return html`
      <h2 dir="auto" tabindex="-1">${label}</h2>
      <p class="note">${typeName(node.type, true)}${node.kind && node.kind !== node.type ? html` · <code>${node.kind}</code>` : nothing}<br>
        ${address ? html`<a href=${address}>${t("Open its page", "Ouvrir sa page")}</a>` : nothing} <code>${shorten(node.id)}</code></p>
      <div class="actions">${node.type === "community"
        ? node.community === undefined ? nothing : html`<button type="button" @click=${send("community-opened")}>${t("Open this community", "Ouvrir cette communauté")}</button>`
        : html`<button type="button" class="quiet" @click=${send("focus-set")}>${t("Only around it", "Seulement autour")}</button>
        <button type="button" class="quiet" @click=${send("path-start")}>${t("Path from here", "Chemin depuis ici")}</button>
        ${hasStart ? html`<button type="button" @click=${send("path-end")}>${t("Path to here", "Chemin jusqu'ici")}</button>` : nothing}`}</div>
      ${this.showWords(node.clauses.length, node.type === "ukfr:Clause")}
      ${this.showTies()}`;
  }

  private showWords(count: number, isClause: boolean): TemplateResult | typeof nothing {
    if (!count || this.words?.length === 0) return nothing;
    const heading = isClause ? t("In the words of the source", "Dans les mots de la source") : t(`Clauses behind it (${number(count)})`, `Clauses à l'appui (${number(count)})`);
    return html`<h3>${heading}</h3>
      ${this.words ? html`<ul class="evidence">${this.words.map((words) => html`<li>
        <span dir="auto">${words.summary}</span> <q class="words" lang="en">${words.quote}</q> <a href=${words.place}>${t("in the text", "dans le texte")}<span class="hidden"> ${words.summary}</span></a>
        · <a href=${linkTo(words.clause) || nothing}>${t("record", "notice")}<span class="hidden"> ${words.summary}</span></a></li>`)}</ul>
        ${count > MOST_CLAUSES ? html`<p class="note">${t(`${number(count - MOST_CLAUSES)} more are on its page.`, `${number(count - MOST_CLAUSES)} autres sont sur sa page.`)}</p>` : nothing}`
      : html`<p class="note">${t("Loading…", "Chargement…")}</p>`}`;
  }

  private showTies(): TemplateResult | typeof nothing {
    const ties: { tie: NetworkEdge; other: string; isOut: boolean }[] = [];
    this.graph.forEachEdge(this.node, (_, attributes) => {
      for (const tie of attributes.ties) {
        const isOut = tie.source === this.node;
        ties.push({ tie, other: isOut ? tie.target : tie.source, isOut });
      }
    });
    if (!ties.length) return html`<p class="note">${t("It is tied to nothing here.", "Il n'est lié à rien ici.")}</p>`;
    const name = (tie: NetworkEdge, isOut: boolean) => `${isOut || this.graph.type === "undirected" ? "" : "← "}${labelOf(tie) || shorten(tie.iri)}`;
    ties.sort((a, b) => Number(b.isOut) - Number(a.isOut) || name(a.tie, a.isOut).localeCompare(name(b.tie, b.isOut)));
    const shown = this.isLong ? ties : ties.slice(0, FEW_TIES);
    const groups = new Map<string, typeof ties>();
    for (const item of shown) {
      const key = name(item.tie, item.isOut);
      groups.set(key, [...(groups.get(key) ?? []), item]);
    }
    return html`<h3>${t(`Ties (${number(ties.length)})`, `Liens (${number(ties.length)})`)}</h3>
      <dl class="ties">${[...groups].map(([relation, items]) => html`<dt>${relation}</dt>${items.map(({ other, tie }) => html`<dd>
        <button type="button" class="plain" dir="auto" @click=${() => this.dispatchEvent(new CustomEvent("node-selected", { detail: other, bubbles: true }))}>${
          this.graph.getNodeAttribute(other, "label")}</button>${tie.weight > 1 ? html` <span class="tag">×${number(tie.weight)}</span>` : nothing}</dd>`)}`)}</dl>
      ${ties.length > shown.length ? html`<button type="button" class="quiet" @click=${() => { this.isLong = true; }}>${t(`Show all ${number(ties.length)}`, `Montrer les ${number(ties.length)}`)}</button>` : nothing}`;
  }
}

function localName(iri: string): string {
  return encodeURIComponent(iri.slice(Math.max(iri.lastIndexOf("/"), iri.lastIndexOf("#")) + 1));
}

customElements.define("ukfr-node-panel", NodePanel);
