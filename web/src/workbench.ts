/** The SPARQL workbench: replaces the plain form by an editor, examples, and the answer in several views. */

import type { EditorView } from "@codemirror/view";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import "./answer-view";
import type { Answered } from "./answer-view";
import type { Found, Terms } from "./completion";
import { createEditor, markError, setText } from "./editor";
import { ask, ProblemError, ROWS, type Problem } from "./endpoint";
import { forgetAll, readHistory, remember, type Asked } from "./history";
import { day, language, number, size, t, typeset } from "./language";
import { closeOnEscape, closeOnLeave } from "./menu";
import { writeSnippet, type Tongue } from "./snippets";
import { readTriples, TRIPLE_COLUMNS } from "./triples";
import type { Rows } from "./terms";
import "./workbench.css";

interface Example {
  name: string;
  area: string;
  question: Record<"en" | "fr", string>;
  query: string;
}

const NO_TERMS: Terms = { classes: [], properties: [] };
const TRIPLES = "application/n-triples";
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
    const shared = new URLSearchParams(location.hash.slice(1)).get("query");
    if (shared) this.text = shared;
    addEventListener("hashchange", this.takeShared);
    void fetch("/editor/terms").then(async (response) => {
      if (response.ok) this.terms = (await response.json()) as Terms;
    }).catch(() => undefined); // completion then knows keywords and variables only
    if (shared || new URLSearchParams(location.search).has("query")) void this.updateComplete.then(() => this.run());
  }

  override disconnectedCallback(): void {
    removeEventListener("hashchange", this.takeShared);
    super.disconnectedCallback();
  }

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
      const response = await fetch(`/search?${new URLSearchParams({ q: words, limit: "8", facets: "false", lang: language })}`, { headers: { Accept: "application/json" } });
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
      this.answered = { ...read(answer.text, answer.type), query, answer };
      const rows = this.answered.rows.length;
      this.asked = remember({ query, when: new Date().toISOString(), rows });
    } catch (error) {
      if (running.signal.aborted) {
        if (this.running === running) this.notice = t("Cancelled; the server has stopped.", "Annulée ; le serveur s'est arrêté.");
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
      const detail = t("The server could not be reached. Is it running?", "Le serveur n'a pas pu être joint. Fonctionne-t-il ?");
      this.problem = { status: 0, title: t("No answer", "Pas de réponse"), detail };
    }
  }

  private async copy(text: string, what: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.notice = t(`${what}: copied.`, `${what} : copié.`);
    } catch {
      this.notice = t("The browser does not let this page copy.", "Le navigateur n'autorise pas cette page à copier.");
    }
  }

  private async share(): Promise<void> {
    const address = new URL("/sparql", location.href);
    address.hash = new URLSearchParams({ query: this.text }).toString();
    history.replaceState(null, "", address.hash);
    await this.copy(address.href, t("Link", "Lien"));
  }

  private async copyAs(tongue: Tongue, event: Event): Promise<void> {
    (event.target as HTMLElement).closest("details")!.open = false;
    const isGraph = TRIPLE_FORM.test(this.text.replace(/#.*/g, "").split("{")[0]!);
    await this.copy(writeSnippet(tongue, this.text, new URL("/sparql", location.href).href, isGraph), tongue);
  }

  protected override render(): TemplateResult {
    return html`
      <div class="bench">
        <section aria-label=${t("Query", "Requête")}>
          <div class="editor"></div>
          <p class="note">${t("Ctrl+Enter asks, Ctrl+Space completes; Tab leaves the editor.", "Ctrl+Entrée interroge, Ctrl+Espace complète ; Tab quitte l'éditeur.")}</p>
          <div class="actions">
            ${this.running
              ? html`<button type="button" class="ask" @click=${() => this.running?.abort()}>${t("Cancel", "Annuler")}</button>`
              : html`<button type="button" class="ask" @click=${() => this.run()}>${t("Ask", "Demander")}</button>`}
            <button type="button" class="quiet" @click=${() => this.share()}>${t("Copy link", "Copier le lien")}</button>
            <details class="menu" @keydown=${closeOnEscape} @focusout=${closeOnLeave}>
              <summary class="button quiet">${t("Copy as", "Copier en")}</summary>
              <ul>${(["curl", "Python", "R"] as const).map((tongue) => html`<li>
                <button type="button" class="quiet" @click=${(event: Event) => this.copyAs(tongue, event)}>${tongue}</button></li>`)}</ul>
            </details>
          </div>
          <p class="note" role="status">${this.running ? t("The server is at work…", "Le serveur travaille…") : this.notice}</p>
          ${this.problem ? this.showProblem(this.problem) : nothing}
        </section>
        <aside aria-label=${t("Queries to start from", "Requêtes de départ")}>${this.showSide()}</aside>
      </div>
      ${this.answered ? html`<section class="answer" aria-labelledby="answer-heading">
        <h2 id="answer-heading">${t("Answer", "Réponse")}</h2>
        <p class="stats" role="status">${this.stats(this.answered)}</p>
        <ukfr-answer-view .answered=${this.answered}></ukfr-answer-view>
      </section>` : nothing}`;
  }

  private stats({ rows, isGraph, truth, answer, skipped }: Answered): string {
    const count = number(rows.length);
    const seconds = answer.milliseconds < 1000 ? `${number(Math.max(1, Math.round(answer.milliseconds)))} ms` : `${number(Number((answer.milliseconds / 1000).toPrecision(3)))} s`;
    return [
      truth !== undefined ? t(truth ? "Yes" : "No", truth ? "Oui" : "Non")
        : isGraph ? t(`${count} triples`, `${count} triplets`)
        : rows.length === 1 ? t("1 row", "1 ligne") : t(`${count} rows`, `${count} lignes`),
      seconds,
      size(answer.bytes),
      t("complete", "complète") + (skipped ? t(`, ${number(skipped)} not shown in the table`, `, dont ${number(skipped)} hors du tableau`) : ""),
      answer.isCached ? t("kept from an equal query", "gardée d'une requête égale") : t("evaluated now", "évaluée à l'instant"),
      t(`dataset ${answer.version}`, `jeu de données ${answer.version}`),
    ].join(" · ");
  }

  private showProblem({ title, detail, line }: Problem): TemplateResult {
    return html`<div role="alert"><strong>${translateTitle(title)}.</strong> <span lang="en">${detail}</span>${line
      ? html` <button type="button" class="quiet" @click=${() => this.editor!.focus()}>${t(`Go to line ${line}`, `Aller à la ligne ${line}`)}</button>` : nothing}</div>`;
  }

  private showSide(): TemplateResult {
    const tab = (side: "examples" | "history", label: string) => html`<button type="button" class="quiet" aria-pressed=${this.side === side}
      @click=${() => { this.side = side; }}>${label}</button>`;
    return html`<div class="switch" role="group" aria-label=${t("Queries to start from", "Requêtes de départ")}>
      ${tab("examples", t("Questions", "Questions"))}${tab("history", t("History", "Historique"))}</div>
      ${this.side === "examples" ? this.showExamples() : this.showHistory()}`;
  }

  private showExamples(): TemplateResult {
    const words = this.filter.toLowerCase().split(/\s+/);
    const fitting = this.examples.filter((example) => words.every((word) => `${example.question[language]} ${example.area}`.toLowerCase().includes(word)));
    const areas = [...new Set(fitting.map((example) => example.area))];
    return html`<label class="hidden" for="example-filter">${t("Filter the questions", "Filtrer les questions")}</label>
      <input id="example-filter" type="search" placeholder=${t("Filter the questions", "Filtrer les questions")} .value=${this.filter}
        @input=${(event: InputEvent) => { this.filter = (event.target as HTMLInputElement).value; }}>
      <div class="list">${areas.map((area) => html`<h2>${areaName(area)}</h2>
        <ul>${fitting.filter((example) => example.area === area).map((example) => html`<li>
          <button type="button" class="plain" @click=${() => this.take(example.query)}>${typeset(example.question[language])}</button></li>`)}</ul>`)}
        ${fitting.length ? nothing : html`<p class="note">${t("No question has these words.", "Aucune question ne contient ces mots.")}</p>`}</div>`;
  }

  private showHistory(): TemplateResult {
    if (!this.asked.length) {
      return html`<p class="note">${t("What you ask is listed here, in this browser only.", "Ce que vous demandez est listé ici, dans ce navigateur seulement.")}</p>`;
    }
    return html`<p class="note">${t("In this browser only.", "Dans ce navigateur seulement.")}
        <button type="button" class="plain" @click=${() => { this.asked = forgetAll(); }}>${t("Forget all", "Tout oublier")}</button></p>
      <div class="list"><ul>${this.asked.map((asked) => html`<li><button type="button" class="plain" @click=${() => this.take(asked.query)}>
        <code>${firstLine(asked.query)}</code></button><br><span class="note">${day(asked.when.slice(0, 10))} ${asked.when.slice(11, 16)} UTC${
          asked.rows === undefined ? "" : ` · ${number(asked.rows)}`}</span></li>`)}</ul></div>`;
  }
}

function read(text: string, type: string): Omit<Answered, "query" | "answer"> {
  if (type === TRIPLES) return { names: TRIPLE_COLUMNS, ...readTriples(text), isGraph: true };
  const { head, results, boolean } = JSON.parse(text) as Rows;
  return boolean === undefined
    ? { names: head.vars ?? [], rows: results?.bindings ?? [], isGraph: false }
    : { names: [], rows: [], isGraph: false, truth: boolean };
}


function firstLine(query: string): string {
  const lines = query.split("\n").map((line) => line.trim()).filter((line) => line && !/^(#|PREFIX\b)/i.test(line));
  return (lines.join(" ") || query).slice(0, 90);
}

function areaName(area: string): string {
  const french: Record<string, string> = {
    actors: "acteurs", analysis: "analyse", clauses: "clauses", evidence: "preuves", figures: "chiffres",
    instruments: "instruments", network: "réseau", pledges: "engagements",
  };
  const name = t(area, french[area] ?? area);
  return name[0]!.toUpperCase() + name.slice(1);
}

/** The titles of problems that a query often has; the details are the engine's, in English. */
function translateTitle(title: string): string {
  const french: Record<string, string> = {
    "The query is not valid SPARQL": "La requête n'est pas du SPARQL valide",
    "The query is not acceptable": "La requête n'est pas acceptable",
    "The query is refused": "La requête est refusée",
    "The query took too long": "La requête a pris trop de temps",
    "The query could not be evaluated within its limits": "La requête n'a pas pu être évaluée dans ses limites",
    "The result is too large": "Le résultat est trop grand",
    "The server is busy": "Le serveur est occupé",
  };
  return t(title, french[title] ?? title);
}

customElements.define("ukfr-workbench", Workbench);
