/** A network to look into: drawing, list and record side by side; search, surroundings, paths, and what is seen as a file. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { isStatic } from "./addresses";
import { drawSvg, toPng } from "./drawing";
import { ProblemError, type Problem } from "./endpoint";
import { save } from "./files";
import { MOST_STEPS, showOverview, showPath, showProblem, showSteps } from "./graph-notices";
import "./graph-view.css";
import { _, ngettext, number } from "./language";
import { readPalette, typeName, type Palette } from "./looks";
import { buildGraph, choose, exportAddress, fetchNetwork, isOverview, labelOf, type NetworkData, type NetworkGraph, type Seen } from "./network";
import { closeOnEscape, closeOnLeave } from "./menu";
import "./node-list";
import "./node-panel";
import { isNarrow } from "./narrowing";
import { createStage, type Stage } from "./stage";
import { expand } from "./terms";

/** Parameters of an address for the reader's choices in the view; the names are those of /export/network. */
const VIEW_PARAMETERS = ["type", "focus", "steps", "from", "to", "select", "camera"] as const;

export class GraphView extends LitElement {
  static override properties = {
    source: {}, formats: {}, view: {}, data: { state: true }, problem: { state: true }, isLoading: { state: true },
    selected: { state: true }, types: { state: true }, focusOn: { state: true }, steps: { state: true },
    from: { state: true }, to: { state: true }, words: { state: true }, notice: { state: true }, isOverview: { state: true },
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
  declare private types: ReadonlySet<string>;
  declare private focusOn: string;
  declare private steps: number;
  declare private from: string;
  declare private to: string;
  declare private words: string;
  declare private notice: string;
  declare private isOverview: boolean;
  private graph: NetworkGraph | undefined;
  private seen: Seen | undefined;
  private ids: string[] = [];
  private found: Set<string> | undefined;
  private stage: Stage | undefined;
  /** Where the camera is, and where an address wants it to be at first. */
  private camera = "";
  private wanted = "";
  private loading: AbortController | undefined;
  /** True where the server chose the surroundings or the path: another choice is another request. */
  private isPart = false;

  constructor() {
    super();
    [this.isLoading, this.isOverview, this.words, this.notice] = [false, false, "", ""];
    this.formats = new URLSearchParams();
    this.forget();
  }

  protected override createRenderRoot(): this {
    return this;
  }

  private forget(): void {
    [this.selected, this.types, this.focusOn, this.steps, this.from, this.to] = ["", new Set(), "", 1, "", ""];
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("source")) {
      this.forget();
      if (this.view) this.restore(this.view);
      void this.load(this.source);
    } else if (this.isPart && ["focusOn", "steps", "from", "to"].some((name) => changed.has(name))) {
      void this.load(this.source);
    }
    if (changed.has("data")) {
      this.graph = this.data && buildGraph(this.data);
      this.found = undefined;
    }
    if (["data", "types", "focusOn", "steps", "from", "to"].some((name) => changed.has(name))) this.look();
    if (changed.has("words") || changed.has("data")) this.search();
  }

  private restore(view: URLSearchParams): void {
    this.types = new Set(view.getAll("type"));
    this.focusOn = expand(view.get("focus") ?? "");
    this.steps = Math.min(Math.max(Number(view.get("steps") ?? 1) || 0, 0), MOST_STEPS);
    [this.from, this.to, this.selected] = [expand(view.get("from") ?? ""), expand(view.get("to") ?? ""), expand(view.get("select") ?? "")];
    this.wanted = view.get("camera") ?? "";
    this.view = undefined;
  }

  private async load(source: URLSearchParams): Promise<void> {
    this.loading?.abort();
    const loading = (this.loading = new AbortController());
    [this.isLoading, this.problem, this.notice] = [true, undefined, ""];
    try {
      this.data = await this.fetch(source, loading.signal);
    } catch (error) {
      if (loading.signal.aborted) return;
      this.data = undefined;
      this.problem = error instanceof ProblemError ? error.problem
        : { status: 0, title: _("No answer"), detail: _("The server could not be reached.") };
    }
    if (this.loading === loading) this.isLoading = false;
  }

  /** A network that is too large to be laid out is seen by its communities; then the server looks for what they hide. */
  private async fetch(source: URLSearchParams, signal: AbortSignal): Promise<NetworkData> {
    const asked = new URLSearchParams(source);
    if (!asked.has("whole")) asked.set("fit", "true");
    let data = await fetchNetwork(asked, signal);
    this.isPart = isOverview(data) && Boolean(this.focusOn || (this.from && this.to));
    if (this.isPart) {
      for (const [name, value] of this.viewParameters()) if (name !== "select") asked.append(name, value);
      data = await fetchNetwork(asked, signal);
      for (const node of data.nodes) delete node.community; // a number among the communities of this part
    }
    this.isOverview = isOverview(data);
    return data;
  }

  private look(): void {
    if (!this.graph) {
      [this.seen, this.ids] = [undefined, []];
      return;
    }
    const graph = this.graph;
    this.seen = choose(graph, { types: this.types, focus: this.isPart ? "" : this.focusOn, steps: this.steps, from: this.from, to: this.to });
    this.ids = this.seen.path.length
      ? [...this.seen.path, ...[...this.seen.nodes].filter((id) => !this.seen!.path.includes(id))]
      : [...this.seen.nodes].sort((a, b) => graph.degree(b) - graph.degree(a)
        || graph.getNodeAttribute(a, "label").localeCompare(graph.getNodeAttribute(b, "label")));
  }

  private search(): void {
    const words = this.words.toLowerCase().split(/\s+/).filter(Boolean);
    this.found = words.length && this.graph
      ? new Set(this.graph.filterNodes((id, { node }) => {
        const text = `${node.label} ${labelOf(node)} ${id}`.toLowerCase();
        return words.every((word) => text.includes(word));
      }))
      : undefined;
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
    if (["data", "selected", "types", "focusOn", "steps", "from", "to"].some((name) => changed.has(name)) && this.data) {
      this.tellView();
    }
  }

  private tellView(): void {
    const detail = this.viewParameters();
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

  /** The choice as it stands in an address; `select` is left out where a file is asked for. */
  private viewParameters(): URLSearchParams {
    const view = new URLSearchParams();
    for (const type of this.types) view.append("type", type);
    if (this.focusOn) {
      view.set("focus", this.focusOn);
      view.set("steps", String(this.steps));
    }
    if (this.from && this.to) {
      view.set("from", this.from);
      view.set("to", this.to);
    }
    if (this.selected) view.set("select", this.selected);
    return view;
  }

  private select(id: string): void {
    this.selected = id;
  }

  private setFocus(id: string): void {
    if (this.isOverview) return this.openCommunity(id);
    [this.focusOn, this.steps, this.from, this.to, this.selected] = [id, 1, "", "", id];
  }

  private showAll(): void {
    [this.focusOn, this.from, this.to, this.types, this.words] = ["", "", "", new Set(), ""];
  }

  private toggle(type: string, all: string[]): void {
    const shown = new Set(this.types.size ? this.types : all);
    if (!shown.delete(type)) shown.add(type);
    this.types = shown.size === all.length || shown.size === 0 ? new Set() : shown;
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
    return drawSvg(this.graph!, this.seen!, palette, title, { title, told: this.tell(this.listed()), credit: this.credit });
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

  /** The address of what is seen, in a format for other tools. */
  private addressOf(form: string): string {
    const asked = new URLSearchParams(this.source);
    for (const [name, value] of this.viewParameters()) if (name !== "select") asked.append(name, value);
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
      ${this.bar(listed)}
      <div class="network" @node-selected=${(event: CustomEvent<string>) => this.select(event.detail)}
        @node-opened=${() => this.querySelector<HTMLElement>("ukfr-node-panel h2")?.focus()}
        @focus-set=${(event: CustomEvent<string>) => this.setFocus(event.detail)}
        @path-start=${(event: CustomEvent<string>) => { [this.from, this.to] = [event.detail, ""]; }}
        @path-end=${(event: CustomEvent<string>) => { [this.to, this.focusOn] = [event.detail, ""]; }}
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
          <ukfr-node-panel .graph=${this.graph} .node=${this.selected} .from=${this.from}></ukfr-node-panel>
        </section>
      </div>`;
  }

  private describe(): string {
    const shown = number(this.seen!.nodes.size);
    return _("Drawing of the network. Nodes: %(shown)s. The list has the same nodes, and the connections of each.", { shown });
  }

  private bar(listed: string[]): TemplateResult {
    const graph = this.graph!;
    const counts = new Map<string, number>();
    graph.forEachNode((_id, { node }) => counts.set(node.type, (counts.get(node.type) ?? 0) + 1));
    const types = [...counts].sort((a, b) => b[1] - a[1]).map(([type]) => type);
    const isPartial = this.focusOn || (this.from && this.to) || this.types.size;
    return html`
      <div class="graph-bar">
        <div class="legend" role="group" aria-label=${_("Types that are shown")}>${types.length < 2 ? nothing : types.map((type) => html`<button
          type="button" class="quiet" aria-pressed=${!this.types.size || this.types.has(type)} @click=${() => this.toggle(type, types)}>
          <span class="dot" data-type=${type} aria-hidden="true"></span>${typeName(type)} ${number(counts.get(type)!)}</button>`)}</div>
        <details class="menu" @keydown=${closeOnEscape} @focusout=${closeOnLeave}>
          <summary class="button quiet">${_("Save as")}</summary>
          <ul>
            <li><button type="button" class="quiet" @click=${() => this.saveAs("svg")}>SVG</button></li>
            <li><button type="button" class="quiet" @click=${() => this.saveAs("png")}>PNG</button></li>
            ${isStatic && isNarrow(this.source) ? nothing : [...this.formats].map(([form, title]) => html`<li>
              <a class="button quiet" download=${`network.${form}`} href=${this.addressOf(form)}>${title}</a></li>`)}
          </ul>
        </details>
      </div>
      <p class="seen" role="status">${this.isLoading ? `${_("Loading…")} ` : ""}${this.tell(listed)}
        ${isPartial ? html`<button type="button" class="plain" @click=${() => this.showAll()}>${_("Show the whole network")}</button>` : nothing}</p>
      ${this.focusOn && (this.isPart || graph.hasNode(this.focusOn))
        ? showSteps(graph, this.focusOn, this.steps, (steps) => { this.steps = steps; }, () => { this.focusOn = ""; }) : nothing}
      ${this.from
        ? showPath(graph, this.from, this.to, this.seen!.path, (id) => this.select(id), () => { [this.from, this.to] = ["", ""]; }) : nothing}
      ${this.notice ? html`<p role="alert">${this.notice}</p>` : nothing}`;
  }

  private tell(listed: string[]): string {
    const { nodes } = this.seen!;
    const all = this.graph!.order;
    const links = this.data!.edges.length;
    return [
      nodes.size === all ? ngettext("%(all)s node", "All %(all)s nodes", all, { all: number(all) })
        : ngettext("%(shown)s of %(all)s node", "%(shown)s of %(all)s nodes", all, { shown: number(nodes.size), all: number(all) }),
      ngettext("%(count)s connection", "%(count)s connections", links, { count: number(links) }),
      ...(this.found ? [ngettext("%(count)s found", "%(count)s found", listed.length, { count: number(listed.length) })] : []),
    ].join(" · ");
  }
}

export { VIEW_PARAMETERS };
customElements.define("ukfr-graph-view", GraphView);
