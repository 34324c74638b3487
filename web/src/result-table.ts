/** Rows as a table: typed cells, sortable columns, a page at a time. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { _, day, number } from "./language";
import { compare, isDate, isNumber, linkTo, shorten, type Row, type Term } from "./terms";

export const PAGE_ROWS = 250;
const LONGEST_SHOWN = 300;

export class ResultTable extends LitElement {
  static override properties = {
    names: {}, rows: {}, labels: {}, sortedBy: { state: true }, isDescending: { state: true }, page: { state: true },
  };
  declare names: string[];
  declare rows: Row[];
  declare labels: Map<string, string>;
  declare private sortedBy: string | undefined;
  declare private isDescending: boolean;
  declare private page: number;
  private ordered: Row[] = [];

  constructor() {
    super();
    [this.names, this.rows, this.labels] = [[], [], new Map()];
    [this.sortedBy, this.isDescending, this.page] = [undefined, false, 0];
  }

  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("rows")) [this.sortedBy, this.isDescending, this.page] = [undefined, false, 0];
    if (changed.has("rows") || changed.has("sortedBy") || changed.has("isDescending")) this.ordered = this.sort();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("rows") || changed.has("page") || changed.has("sortedBy") || changed.has("isDescending")) {
      const iris = this.shown().flatMap((row) => Object.values(row).filter((term) => term.type === "uri").map((term) => term.value));
      this.dispatchEvent(new CustomEvent("labels-wanted", { detail: iris, bubbles: true }));
    }
  }

  private sort(): Row[] {
    const name = this.sortedBy;
    if (!name) return this.rows;
    const sign = this.isDescending ? -1 : 1;
    return [...this.rows].sort((a, b) =>
      a[name] && b[name] ? sign * compare(a[name], b[name], (term) => this.text(term)) : compare(a[name], b[name], () => ""));
  }

  private shown(): Row[] {
    return this.ordered.slice(this.page * PAGE_ROWS, (this.page + 1) * PAGE_ROWS);
  }

  private text(term: Term): string {
    return this.labels.get(term.value) ?? (term.type === "uri" ? shorten(term.value) : term.value);
  }

  protected override render(): TemplateResult {
    if (!this.rows.length) {
      return html`<p class="empty">${_("The query was answered: there are no rows.")}</p>`;
    }
    return html`${this.pager()}
      <div class="scroll" tabindex="0" role="region" aria-label=${_("Rows")}>
        <table class="answer">
          <thead><tr>${this.names.map((name) => this.header(name))}</tr></thead>
          <tbody>${this.shown().map((row) => html`<tr>${this.names.map((name) => this.cell(row[name]))}</tr>`)}</tbody>
        </table>
      </div>`;
  }

  private header(name: string): TemplateResult {
    const isSorted = this.sortedBy === name;
    const order = isSorted ? (this.isDescending ? "descending" : "ascending") : nothing;
    return html`<th scope="col" aria-sort=${order} class=${isNumber(this.rows.find((row) => row[name])?.[name]) ? "number" : nothing}>
      <button type="button" class="sort" @click=${() => this.sortBy(name)}>${name}<span aria-hidden="true">${
        isSorted ? (this.isDescending ? " ▼" : " ▲") : ""}</span></button></th>`;
  }

  private sortBy(name: string): void {
    if (this.sortedBy !== name) [this.sortedBy, this.isDescending] = [name, false];
    else if (!this.isDescending) this.isDescending = true;
    else [this.sortedBy, this.isDescending] = [undefined, false];
    this.page = 0;
  }

  private cell(term: Term | undefined): TemplateResult {
    if (!term) return html`<td></td>`;
    if (term.type === "uri") return html`<td>${this.iri(term.value)}</td>`;
    if (term.type === "bnode") return html`<td><code>_:${term.value}</code></td>`;
    if (typeof term.value !== "string") return html`<td><code>${JSON.stringify(term.value)}</code></td>`; // a triple term
    if (isNumber(term)) return html`<td class="number" title=${term.value}>${number(Number(term.value))}</td>`;
    if (isDate(term) && term.value.length === 10) return html`<td><time datetime=${term.value}>${day(term.value)}</time></td>`;
    const tongue = term["xml:lang"];
    const kind = tongue ?? (term.datatype ? shorten(term.datatype) : "");
    return html`<td dir="auto" lang=${tongue ?? nothing}>${this.long(term.value)}${kind ? html` <span class="tag" lang="en">${kind}</span>` : nothing}</td>`;
  }

  private iri(iri: string): TemplateResult {
    const short = shorten(iri);
    const label = this.labels.get(iri);
    const address = linkTo(iri);
    const name = label ? html`<span dir="auto">${cut(label)}</span>` : html`<code>${cut(short)}</code>`;
    return html`${address ? html`<a href=${address}>${name}</a>` : name}${label ? html`<code class="iri" title=${iri}>${cut(short)}</code>` : nothing}`;
  }

  private long(text: string): TemplateResult | string {
    if (text.length <= LONGEST_SHOWN) return text;
    return html`<details class="long"><summary>${text.slice(0, LONGEST_SHOWN)}… <span class="tag" lang=${document.documentElement.lang}>${
      _("%(count)s characters", { count: number(text.length) })}</span></summary>${text}</details>`;
  }

  private pager(): TemplateResult | typeof nothing {
    const pages = Math.ceil(this.rows.length / PAGE_ROWS);
    if (pages < 2) return nothing;
    const [first, last] = [this.page * PAGE_ROWS + 1, Math.min((this.page + 1) * PAGE_ROWS, this.rows.length)];
    const go = (page: number) => () => { this.page = page; };
    return html`<nav class="pager" aria-label=${_("Pages of the answer")}>
      <button type="button" class="quiet" ?disabled=${this.page === 0} @click=${go(this.page - 1)}>${_("Previous page")}</button>
      <span role="status">${
        _("Rows %(first)s–%(last)s of %(all)s", { first: number(first), last: number(last), all: number(this.rows.length) })}</span>
      <button type="button" class="quiet" ?disabled=${this.page >= pages - 1} @click=${go(this.page + 1)}>${_("Next page")}</button>
    </nav>`;
  }
}

function cut(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

customElements.define("ukfr-result-table", ResultTable);
