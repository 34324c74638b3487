/** A network to look into: drawing, list and record side by side; search, surroundings, paths, and what is seen as a file. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { isStatic } from "./addresses";
import { drawSvg, toPng } from "./drawing";
import { ProblemError, type Problem } from "./endpoint";
import { save } from "./files";
import { countShown, showFiles, showLegend } from "./graph-bar";
import { showOverview, showPath, showProblem, showSteps } from "./graph-notices";
import "./graph-view.css";
import { _, number } from "./language";
import { readPalette, type Palette } from "./looks";
import { isNarrow } from "./narrowing";
import { buildGraph, choose, findNodes, labelOf, orderNodes, type Choice, type NetworkData, type NetworkGraph, type Seen } from "./network";
import { EVERYTHING, isSamePart, needsServer, readChoice, writeChoice } from "./network-choice";
import { exportAddress, fetchVisible, isOverview } from "./network-source";
import "./node-list";
import "./node-panel";
import type { Stage } from "./stage";
import { createStage } from "./stages";
import { expand } from "./terms";

export class GraphView extends LitElement {
  static override properties = {
    source: {}, formats: {}, view: {}, data: { state: true }, problem: { state: true }, isLoading: { state: true },
    selected: { state: true }, choice: { state: true }, words: { state: true }, notice: { state: true },
  };
  /** The parameters of the request: projection or query, and filters. */
  declare source: URLSearchParams;
  /** The files that the server writes, by format and title. */
  declare formats: URLSearchParams;
  /** Whose the network is, for pictures of it: lines of text, and the address of this page for good. */
  credit: readonly string[] = [];
  /** Earlier choices, where an address restores them. */
  declare view: URLSearchParams | undefined;
  declare private data: NetworkData | undefined;
  declare private problem: Problem | undefined;
  declare private isLoading: boolean;
  declare private selected: string;
  declare private choice: Choice;
  declare private words: string;
  declare private notice: string;
  private graph: NetworkGraph | undefined;
  private seen: Seen | undefined;
  private ids: string[] = [];
  private found: ReadonlySet<string> | undefined;
  private stage: Stage | undefined;
  /** Where the camera is, and where an address wants it to be at first. */
  private camera = "";
  private wanted = "";
  private loading: AbortController | undefined;
  /** True where the server chose the surroundings or the path: another choice is another request. */
  private isPart = false;

  constructor() {
    super();
    [this.isLoading, this.choice, this.selected, this.words, this.notice] = [false, EVERYTHING, "", "", ""];
    this.formats = new URLSearchParams();
  }

  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get("choice") as Choice | undefined;
    if (changed.has("source")) {
      this.restore(this.view ?? new URLSearchParams());
      void this.load(this.source);
    } else if (this.isPart && before && !isSamePart(before, this.choice)) {
      void this.load(this.source);
    }
    if (changed.has("data")) this.graph = this.data && buildGraph(this.data);
    if (changed.has("data") || changed.has("choice")) this.look();
    if (changed.has("words") || changed.has("data")) this.found = this.graph && findNodes(this.graph, this.words);
  }

  private restore(view: URLSearchParams): void {
    [this.choice, this.selected] = [readChoice(view), expand(view.get("select") ?? "")];
    this.wanted = view.get("camera") ?? "";
    this.view = undefined;
  }

  private change(changes: Partial<Choice>): void {
    this.choice = { ...this.choice, ...changes };
  }

  private async load(source: URLSearchParams): Promise<void> {
    this.loading?.abort();
    const loading = (this.loading = new AbortController());
    [this.isLoading, this.problem, this.notice] = [true, undefined, ""];
    try {
      const { data, isPart } = await fetchVisible(source, this.choice, loading.signal);
      [this.data, this.isPart] = [data, isPart];
    } catch (error) {
      if (loading.signal.aborted) return;
      this.data = undefined;
      this.problem = error instanceof ProblemError ? error.problem
        : { status: 0, title: _("No answer"), detail: _("The server could not be reached.") };
    }
    if (this.loading === loading) this.isLoading = false;
  }

  private look(): void {
    this.seen = this.graph && choose(this.graph, this.isPart ? { ...this.choice, focus: "" } : this.choice);
    this.ids = this.graph && this.seen ? orderNodes(this.graph, this.seen) : [];
  }

  /** The nodes of the list: those that are seen and, where something is searched for, found. */
  private listed(): string[] {
    return this.found ? this.ids.filter((id) => this.found!.has(id)) : this.ids;
  }

  protected override updated(changed: PropertyValues): void {
    const host = this.querySelector<HTMLElement>(".stage-host");
    if (host && this.graph && this.seen) {
      this.stage ??= createStage(host, {
        select: (id) => this.select(id),
        focus: (id) => this.setFocus(id),
        moved: (place) => { this.camera = place; this.tellView(); },
      });
      this.stage.show({ graph: this.graph, seen: this.seen, selected: this.selected, found: this.found });
      if (this.wanted) this.stage.moveTo(this.wanted);
      else if (changed.has("selected") && this.selected) this.stage.reveal(this.selected);
      this.wanted = "";
    } else if (!host) {
      this.stage?.end();
      this.stage = undefined;
    }
    if (["data", "selected", "choice"].some((name) => changed.has(name)) && this.data) this.tellView();
  }

  private tellView(): void {
    const detail = writeChoice(this.choice);
    if (this.selected) detail.set("select", this.selected);
    if (this.camera) detail.set("camera", this.camera);
    this.dispatchEvent(new CustomEvent("view-changed", { detail, bubbles: true }));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("beforeprint", this.print);
  }

  override disconnectedCallback(): void {
    removeEventListener("beforeprint", this.print);
    this.loading?.abort();
    this.stage?.end();
    this.stage = undefined;
    super.disconnectedCallback();
  }

  /** True where the nodes are communities. */
  private get isOverview(): boolean {
    return this.data !== undefined && isOverview(this.data);
  }

  private select(id: string): void {
    this.selected = id;
  }

  private setFocus(id: string): void {
    if (this.isOverview) return this.openCommunity(id);
    this.change({ focus: id, steps: 1, from: "", to: "" });
    this.selected = id;
  }

  private showAll(): void {
    this.change({ types: new Set(), focus: "", from: "", to: "" });
    this.words = "";
  }

  private openCommunity(id: string): void {
    const community = this.graph?.getNodeAttribute(id, "node").community;
    if (community === undefined) return;
    this.ask({ community: String(community), overview: "" });
  }

  /** Ask the server for something else; what is empty is left out. */
  private ask(changes: Record<string, string>): void {
    const source = new URLSearchParams(this.source);
    for (const [name, value] of Object.entries(changes)) {
      if (value) source.set(name, value);
      else source.delete(name);
    }
    this.dispatchEvent(new CustomEvent("source-changed", { detail: source, bubbles: true }));
    this.source = source;
  }

  private async saveAs(form: "svg" | "png"): Promise<void> {
    const svg = this.draw(this.stage!.palette);
    try {
      const content = form === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await toPng(svg);
      save(content, `network.${form}`);
    } catch {
      this.notice = _("The picture is too large for this browser. Narrow the choice, or save it as SVG.");
    }
  }

  /** Draw what is seen, with its caption. */
  private draw(palette: Palette): string {
    const title = labelOf(this.data!.graph);
    return drawSvg(this.graph!, this.seen!, palette, title, { title, told: this.tell(), credit: this.credit });
  }

  /** Paper has no WebGL: it gets what is seen as SVG, in the colours of the light scheme. */
  private readonly print = (): void => {
    const place = this.querySelector(".printed");
    if (!place || !this.stage || !this.seen) return;
    const was = this.style.colorScheme;
    this.style.colorScheme = "light";
    const drawn = new DOMParser().parseFromString(this.draw(readPalette(this)), "image/svg+xml").documentElement;
    this.style.colorScheme = was;
    place.replaceChildren(drawn);
  };

  /** Return the address of what is seen, in a format for other tools. */
  private addressOf(form: string): string {
    const asked = new URLSearchParams([...this.source, ...writeChoice(this.choice)]);
    if (this.isOverview) asked.set("overview", "true");
    return exportAddress(asked, form);
  }

  protected override render(): TemplateResult {
    if (this.problem) return showProblem(this.problem);
    if (!this.data || !this.graph || !this.seen) {
      return html`<p class="empty" role="status">${_("The network is being read and laid out…")}</p>`;
    }
    if (!this.graph.order) {
      return html`<p class="empty">${_("Nothing matches these filters. Remove one.")}</p>`;
    }
    const listed = this.listed();
    return html`
      ${this.isOverview ? showOverview(this.data, () => this.ask({ whole: "true", overview: "" })) : nothing}
      ${this.bar()}
      <div class="network" @node-selected=${(event: CustomEvent<string>) => this.select(event.detail)}
        @node-opened=${() => this.querySelector<HTMLElement>("ukfr-node-panel h2")?.focus()}
        @focus-set=${(event: CustomEvent<string>) => this.setFocus(event.detail)}
        @path-start=${(event: CustomEvent<string>) => this.change({ from: event.detail, to: "" })}
        @path-end=${(event: CustomEvent<string>) => this.change({ to: event.detail, focus: "" })}
        @community-opened=${(event: CustomEvent<string>) => this.openCommunity(event.detail)}>
        <div class="printed" aria-hidden="true"></div>
        <div class="stage">
          <div class="stage-host" role="img" aria-label=${this.describe()}></div>
          <div class="zoom" role="group" aria-label=${_("Zoom")}>
            <button type="button" class="quiet" aria-label=${_("Zoom in")} @click=${() => this.stage?.zoom(1.5)}>+</button>
            <button type="button" class="quiet" aria-label=${_("Zoom out")} @click=${() => this.stage?.zoom(1 / 1.5)}>−</button>
            <button type="button" class="quiet" aria-label=${_("Show everything")} @click=${() => this.stage?.fit()}>⤢</button>
          </div>
        </div>
        <div class="listing">
          <label class="hidden" for="node-search">${_("Search the nodes")}</label>
          <input id="node-search" type="search" placeholder=${_("Search the nodes")} .value=${this.words}
            @input=${(event: InputEvent) => { this.words = (event.target as HTMLInputElement).value; }}
            @keydown=${(event: KeyboardEvent) => { if (event.key === "Enter" && listed[0]) this.select(listed[0]); }}>
          <ukfr-node-list .graph=${this.graph} .ids=${listed} .selected=${this.selected}></ukfr-node-list>
        </div>
        <section class="record" aria-label=${_("Record of the node")}>
          <ukfr-node-panel .graph=${this.graph} .node=${this.selected} .from=${this.choice.from}></ukfr-node-panel>
        </section>
      </div>`;
  }

  private describe(): string {
    const shown = number(this.seen!.nodes.size);
    return _("Drawing of the network. Nodes: %(shown)s. The list has the same nodes, and the connections of each.", { shown });
  }

  private bar(): TemplateResult {
    const graph = this.graph!;
    const { types, focus, steps, from, to } = this.choice;
    const files = isStatic && isNarrow(this.source) ? [] : [...this.formats];
    return html`
      <div class="graph-bar">
        ${showLegend(graph, types, (chosen) => this.change({ types: chosen }))}
        ${showFiles((form) => void this.saveAs(form), files.map(([form, title]) => [form, title, this.addressOf(form)]))}
      </div>
      <p class="seen" role="status">${this.isLoading ? `${_("Loading…")} ` : ""}${this.tell()}
        ${types.size || needsServer(this.choice)
          ? html`<button type="button" class="plain" @click=${() => this.showAll()}>${_("Show the whole network")}</button>` : nothing}</p>
      ${focus && (this.isPart || graph.hasNode(focus))
        ? showSteps(graph, focus, steps, (chosen) => this.change({ steps: chosen }), () => this.change({ focus: "" })) : nothing}
      ${from
        ? showPath(graph, from, to, this.seen!.path, (id) => this.select(id), () => this.change({ from: "", to: "" })) : nothing}
      ${this.notice ? html`<p role="alert">${this.notice}</p>` : nothing}`;
  }

  private tell(): string {
    return countShown(this.graph!, this.seen!, this.data!.edges.length, this.found && this.listed().length);
  }
}

customElements.define("ukfr-graph-view", GraphView);
