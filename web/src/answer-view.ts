/** An answer in its views: table, chart, graph and raw; and its downloads. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { chooseSeries, defaultView, type View } from "./chart";
import { ask, findLabels, type Answer } from "./endpoint";
import { save } from "./files";
import { _, number } from "./language";
import "./result-chart";
import "./result-table";
import { shorten, type Row } from "./terms";

export interface Answered {
  names: string[];
  rows: Row[];
  isGraph: boolean;
  truth?: boolean;
  /** Triples that a table cannot show. */
  skipped?: number;
  query: string;
  answer: Answer;
}

const MOST_RAW = 200_000;
const ROW_FORMATS: [string, string, string][] = [
  ["CSV", "text/csv", "csv"], ["TSV", "text/tab-separated-values", "tsv"],
  ["JSON", "application/sparql-results+json", "json"], ["XML", "application/sparql-results+xml", "xml"],
];
const GRAPH_FORMATS: [string, string, string][] = [
  ["Turtle", "text/turtle", "ttl"], ["N-Triples", "application/n-triples", "nt"],
  ["JSON-LD", "application/ld+json", "jsonld"], ["RDF/XML", "application/rdf+xml", "rdf"],
];

class AnswerView extends LitElement {
  static override properties = { answered: {}, view: { state: true }, labels: { state: true }, raw: { state: true }, notice: { state: true } };
  declare answered: Answered;
  declare private view: View;
  declare private labels: Map<string, string>;
  declare private raw: string | undefined;
  declare private notice: string;

  constructor() {
    super();
    [this.view, this.labels, this.notice] = ["Table", new Map(), ""];
  }

  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("answered")) return;
    const asked = defaultView(this.answered.query);
    const views = this.views();
    this.view = asked && views.includes(asked) ? asked : views[0]!;
    [this.raw, this.notice] = [undefined, ""];
    if (this.view === "Graph") void import("./graph-view");
  }

  private views(): View[] {
    const { names, rows, truth } = this.answered;
    if (truth !== undefined) return ["Raw"];
    const views: View[] = ["Table"];
    if (chooseSeries(names, rows, "BarChart")) views.push("BarChart", "LineChart");
    if (rows.some((row) => Object.values(row).filter((term) => term.type === "uri").length > 1)) views.push("Graph");
    return [...views, "Raw"];
  }

  protected override render(): TemplateResult {
    const titles: Record<View, string> = {
      Table: _("Table"), BarChart: _("Bars"), LineChart: _("Line"), Graph: _("Graph"), Raw: _("Raw"),
    };
    const views = this.views();
    const formats = this.answered.isGraph ? GRAPH_FORMATS
      : this.answered.truth === undefined ? ROW_FORMATS : ROW_FORMATS.slice(2);
    return html`
      <div class="views">
        <div role="tablist" aria-label=${_("Views")} @keydown=${this.move}>${views.map((view) => html`<button type="button" role="tab" class="quiet"
          id=${`tab-${view}`} aria-selected=${view === this.view} aria-controls="view" tabindex=${view === this.view ? 0 : -1}
          @click=${() => this.choose(view)}>${titles[view]}</button>`)}</div>
        <div class="downloads" role="group" aria-label=${_("Download")}><span class="note">${_("Download:")}</span>
          ${formats.map(([name, type, ending]) => html`<button type="button" class="quiet" @click=${() => this.download(type, ending)}>${name}</button>`)}</div>
      </div>
      ${this.notice ? html`<p role="alert">${this.notice}</p>` : nothing}
      <div id="view" role="tabpanel" aria-labelledby=${`tab-${this.view}`} @labels-wanted=${this.nameThem}>${this.show()}</div>`;
  }

  private show(): TemplateResult {
    const { names, rows, query } = this.answered;
    if (this.view === "Table") {
      return html`<ukfr-result-table .names=${names} .rows=${rows} .labels=${this.labels}></ukfr-result-table>`;
    }
    if (this.view === "BarChart" || this.view === "LineChart") {
      return html`<ukfr-result-chart .names=${names} .rows=${rows} .kind=${this.view} .labels=${this.labels} .name=${this.nameCell}></ukfr-result-chart>`;
    }
    if (this.view === "Graph") return html`<ukfr-graph-view .source=${new URLSearchParams({ query })}></ukfr-graph-view>`;
    return this.showRaw();
  }

  private showRaw(): TemplateResult {
    const { answer, isGraph, truth } = this.answered;
    if (isGraph && this.raw === undefined) {
      void this.fetchAs("text/turtle").then((text) => { this.raw = text; });
      return html`<p class="note">${_("Loading…")}</p>`;
    }
    const text = this.raw ?? (truth === undefined ? answer.text : String(truth));
    return html`${text.length > MOST_RAW ? html`<p class="notice">${
      _("Only the first %(shown)s of %(all)s characters are shown; a download has them all.", { shown: number(MOST_RAW), all: number(text.length) })}</p>` : nothing}
      <pre tabindex="0" aria-label=${_("Raw answer")} role="region">${text.slice(0, MOST_RAW)}</pre>`;
  }

  private choose(view: View): void {
    this.view = view;
    if (view === "Graph") void import("./graph-view");
    if (view === "BarChart" || view === "LineChart") this.nameAll();
  }

  /** Tabs as WAI-ARIA's pattern has them: arrows move, Home and End go to the ends. */
  private move(event: KeyboardEvent): void {
    const views = this.views();
    const at = views.indexOf(this.view);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + views.length, Home: 0, End: views.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.choose(views[to % views.length]!);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
  }

  private nameCell = (row: Row, column: string): string => {
    const term = row[column];
    if (!term) return "";
    return this.labels.get(term.value) ?? (term.type === "uri" ? shorten(term.value) : term.value);
  };

  private nameThem(event: CustomEvent<string[]>): void {
    void findLabels(event.detail).then((labels) => { this.labels = labels; }).catch(() => undefined); // IRIs are shown instead
  }

  private nameAll(): void {
    const iris = this.answered.rows.slice(0, 1000).flatMap((row) => Object.values(row).filter((term) => term.type === "uri").map((term) => term.value));
    void findLabels(iris).then((labels) => { this.labels = labels; }).catch(() => undefined);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("answered") && (this.view === "BarChart" || this.view === "LineChart")) this.nameAll();
  }

  private async fetchAs(type: string): Promise<string> {
    return (await ask(this.answered.query, type)).text;
  }

  private async download(type: string, ending: string): Promise<void> {
    try {
      save(new Blob([await this.fetchAs(type)], { type }), `answer.${ending}`);
    } catch (error) {
      this.notice = _("The download failed: %(error)s", { error: (error as Error).message });
    }
  }
}

customElements.define("ukfr-answer-view", AnswerView);
