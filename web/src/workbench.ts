/** The SPARQL workbench: replaces the plain form by an editor, examples, and the answer in several views. */

import { isStatic, place, placeFile } from "./addresses";
import type { EditorView } from "@codemirror/view";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import "./answer-view";
import type { Answered } from "./answer-view";
import { listUnused, type Found, type Terms } from "./completion";
import { createEditor, markError, setText } from "./editor";
import { prepare } from "./engine";
import { ask, ProblemError, ROWS, TRIPLES, type Problem } from "./endpoint";
import { forgetAll, readHistory, remember, type Asked } from "./history";
import { _, day, language, ngettext, number, size, typeset } from "./language";
import { closeOnEscape, closeOnLeave } from "./menu";
import { writeSnippet, type Tongue } from "./snippets";
import { readAnswer } from "./rows";
import { find } from "./words";
import "./workbench.css";

interface Example {
  name: string;
  area: string;
  question: string;
  query: string;
}

const NO_TERMS: Terms = { classes: [], properties: [] };
const TRIPLE_FORM = /\b(?:CONSTRUCT|DESCRIBE)\b/i;

class Workbench extends LitElement {
  static override properties = {
    problem: { state: true }, answered: { state: true }, running: { state: true }, side: { state: true },
    filter: { state: true }, asked: { state: true }, notice: { state: true },
  };
  declare private problem: Problem | undefined;
  declare private answered: Answered | undefined;
  declare private running: AbortController | undefined;
  declare private side: "examples" | "history";
  declare private filter: string;
  declare private asked: Asked[];
  declare private notice: string;
  private terms = NO_TERMS;
  private examples: Example[] = [];
  private text = "";
  private editor: EditorView | undefined;
  private canSearch = true;

  constructor() {
    super();
    [this.side, this.filter, this.asked, this.notice] = ["examples", "", readHistory(), ""];
  }

  protected override createRenderRoot(): this {
    const form = this.querySelector("form");
    this.text = form?.querySelector("textarea")?.value ?? "";
    this.examples = JSON.parse(this.querySelector("script")?.textContent ?? "[]") as Example[];
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const named = new URLSearchParams(location.hash.slice(1));
    const shared = named.get("query")
      ?? (isStatic ? new URLSearchParams(location.search).get("query") : null); // a server has written it into the page
    if (shared ?? named.get("draft")) this.text = shared ?? named.get("draft")!;
    addEventListener("hashchange", this.takeShared);
    document.addEventListener("click", this.keepText); // there, after what every page does with the link
    void fetch(isStatic ? placeFile("editor/terms.json") : place("/editor/terms")).then(async (response) => {
      if (response.ok) this.terms = (await response.json()) as Terms;
    }).catch(() => undefined); // completion then knows keywords and variables only
    if (shared || new URLSearchParams(location.search).has("query")) void this.updateComplete.then(() => this.run());
  }

  override disconnectedCallback(): void {
    removeEventListener("hashchange", this.takeShared);
    document.removeEventListener("click", this.keepText);
    super.disconnectedCallback();
  }

  /** The other language has what is typed here, asked or not. */
  private keepText = (event: MouseEvent): void => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a.language");
    if (!link) return;
    const to = new URL(link.href);
    to.hash = new URLSearchParams({ draft: this.text }).toString();
    link.href = to.href;
  };

  private takeShared = (): void => {
    const shared = new URLSearchParams(location.hash.slice(1)).get("query");
    if (shared && shared !== this.text) this.take(shared);
  };

  protected override firstUpdated(): void {
    this.editor = createEditor(this.querySelector<HTMLElement>(".editor")!, {
      text: this.text,
      terms: () => this.terms,
      search: (words) => this.search(words),
      run: () => void this.run(),
      change: (text) => { this.text = text; },
    });
  }

  private async search(words: string): Promise<Found[]> {
    if (!this.canSearch) return [];
    try {
      if (isStatic) return (await find(words, language)).slice(0, 8);
      const response = await fetch(place(`/search?${new URLSearchParams({ q: words, limit: "8", facets: "false", lang: language })}`), { headers: { Accept: "application/json" } });
      this.canSearch = response.status !== 501; // a server without an index is not asked again
      return response.ok ? ((await response.json()) as { hits: Found[] }).hits : [];
    } catch {
      return [];
    }
  }

  private take(query: string): void {
    setText(this.editor!, query);
    this.editor!.focus();
    void this.run();
  }

  private async run(): Promise<void> {
    if (!this.text.trim()) return;
    this.running?.abort();
    const running = (this.running = new AbortController());
    const query = this.text;
    [this.problem, this.notice] = [undefined, ""];
    markError(this.editor!);
    try {
      const answer = await ask(query, `${ROWS}, ${TRIPLES};q=0.9`, running.signal);
      this.answered = { ...readAnswer(answer.text, answer.type), query, answer };
      const rows = this.answered.rows.length;
      this.asked = remember({ query, when: new Date().toISOString(), rows });
      const unused = rows || !this.terms ? [] : listUnused(query, this.terms);
      if (unused.length) this.notice = _("Nothing in the dataset uses %(names)s.", { names: unused.join(", ") });
    } catch (error) {
      if (running.signal.aborted) {
        if (this.running === running) this.notice = _("Cancelled; the evaluation has ended.");
      } else {
        this.fail(error);
      }
    } finally {
      if (this.running === running) this.running = undefined;
    }
  }

  private fail(error: unknown): void {
    this.answered = undefined;
    if (error instanceof ProblemError) {
      this.problem = error.problem;
      markError(this.editor!, error.problem.detail, error.problem.line, error.problem.column);
    } else {
      const detail = _("The server could not be reached. Is it running?");
      this.problem = { status: 0, title: _("No answer"), detail };
    }
  }

  private async copy(text: string, what: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.notice = _("%(what)s: copied.", { what });
    } catch {
      this.notice = _("The browser does not let this page copy.");
    }
  }

  private async share(): Promise<void> {
    const address = new URL(place("/sparql"), location.href);
    address.hash = new URLSearchParams({ query: this.text }).toString();
    history.replaceState(null, "", address.hash);
    await this.copy(address.href, _("Link"));
  }

  private async copyAs(tongue: Tongue, event: Event): Promise<void> {
    (event.target as HTMLElement).closest("details")!.open = false;
    const isGraph = TRIPLE_FORM.test(this.text.replace(/#.*/g, "").split("{")[0]!);
    await this.copy(writeSnippet(tongue, this.text, new URL(place("/sparql"), location.href).href, isGraph), tongue);
  }

  protected override render(): TemplateResult {
    return html`
      <div class="bench">
        <section aria-label=${_("Query")}>
          <div class="editor"></div>
          <p class="note">${_("Ctrl+Enter asks, Ctrl+Space completes; Tab leaves the editor.")}</p>
          <div class="actions">
            ${this.running
              ? html`<button type="button" class="ask" @click=${() => this.running?.abort()}>${_("Cancel")}</button>`
              : html`<button type="button" class="ask" @click=${() => this.run()}>${_("Ask")}</button>`}
            <button type="button" class="quiet" @click=${() => this.share()}>${_("Copy link")}</button>
            <details class="menu" @keydown=${closeOnEscape} @focusout=${closeOnLeave}>
              <summary class="button quiet">${_("Copy as")}</summary>
              <ul>${(["curl", "Python", "R"] as const).map((tongue) => html`<li>
                <button type="button" class="quiet" @click=${(event: Event) => this.copyAs(tongue, event)}>${tongue}</button></li>`)}</ul>
            </details>
          </div>
          <p class="note" role="status">${this.running ? _("The query is being answered…") : this.notice}</p>
          ${this.problem ? this.showProblem(this.problem) : nothing}
        </section>
        <aside aria-label=${_("Queries to start from")}>${this.showSide()}</aside>
      </div>
      ${this.answered ? html`<section class="answer" aria-labelledby="answer-heading">
        <h2 id="answer-heading">${_("Answer")}</h2>
        <p class="stats" role="status">${this.stats(this.answered)}</p>
        <ukfr-answer-view .answered=${this.answered}></ukfr-answer-view>
      </section>` : nothing}`;
  }

  private stats({ rows, isGraph, truth, answer, skipped }: Answered): string {
    const count = number(rows.length);
    const seconds = answer.milliseconds < 1000 ? `${number(Math.max(1, Math.round(answer.milliseconds)))} ms` : `${number(Number((answer.milliseconds / 1000).toPrecision(3)))} s`;
    return [
      truth !== undefined ? truth ? _("Yes") : _("No")
        : isGraph ? ngettext("%(count)s triple", "%(count)s triples", rows.length, { count })
        : ngettext("%(num)s row", "%(num)s rows", rows.length, { num: count }),
      seconds,
      size(answer.bytes),
      _("not cut"),
      ...(skipped ? [_("%(count)s not shown in the table", { count: number(skipped) })] : []),
      answer.isCached ? _("kept from the same query") : _("evaluated now"),
      ...(answer.version ? [_("dataset %(version)s", { version: answer.version })] : []),
    ].join(" · ");
  }

  private showProblem({ title, detail, line }: Problem): TemplateResult {
    return html`<div role="alert"><strong>${title}.</strong> ${detail}${line
      ? html` <button type="button" class="quiet" @click=${() => this.editor!.focus()}>${_("Go to line %(line)s", { line })}</button>` : nothing}</div>`;
  }

  private showSide(): TemplateResult {
    const tab = (side: "examples" | "history", label: string) => html`<button type="button" class="quiet" aria-pressed=${this.side === side}
      @click=${() => { this.side = side; }}>${label}</button>`;
    return html`<div class="switch" role="group" aria-label=${_("Queries to start from")}>
      ${tab("examples", _("Questions"))}${tab("history", _("History"))}</div>
      ${this.side === "examples" ? this.showExamples() : this.showHistory()}`;
  }

  private showExamples(): TemplateResult {
    const words = this.filter.toLowerCase().split(/\s+/);
    const fitting = this.examples.filter((example) => words.every((word) => `${example.question} ${example.area}`.toLowerCase().includes(word)));
    const areas = [...new Set(fitting.map((example) => example.area))];
    return html`<label class="hidden" for="example-filter">${_("Filter the questions")}</label>
      <input id="example-filter" type="search" placeholder=${_("Filter the questions")} .value=${this.filter}
        @input=${(event: InputEvent) => { this.filter = (event.target as HTMLInputElement).value; }}>
      <div class="list">${areas.map((area) => html`<h2>${area}</h2>
        <ul>${fitting.filter((example) => example.area === area).map((example) => html`<li>
          <button type="button" class="plain" @click=${() => this.take(example.query)}>${typeset(example.question)}</button></li>`)}</ul>`)}
        ${fitting.length ? nothing : html`<p class="note">${_("No question has these words.")}</p>`}</div>`;
  }

  private showHistory(): TemplateResult {
    if (!this.asked.length) {
      return html`<p class="note">${_("What you ask is listed here, in this browser only.")}</p>`;
    }
    return html`<p class="note">${_("In this browser only.")}
        <button type="button" class="plain" @click=${() => { this.asked = forgetAll(); }}>${_("Clear the history")}</button></p>
      <div class="list"><ul>${this.asked.map((asked) => html`<li><button type="button" class="plain" @click=${() => this.take(asked.query)}>
        <code>${firstLine(asked.query)}</code></button><br><span class="note">${day(asked.when.slice(0, 10))} ${asked.when.slice(11, 16)} UTC${
          asked.rows === undefined ? "" : ` · ${number(asked.rows)}`}</span></li>`)}</ul></div>`;
  }
}


function firstLine(query: string): string {
  const lines = query.split("\n").map((line) => line.trim()).filter((line) => line && !/^(#|PREFIX\b)/i.test(line));
  return (lines.join(" ") || query).slice(0, 90);
}

customElements.define("ukfr-workbench", Workbench);
if (isStatic) prepare();
