/** The nodes that are seen, as a list for the keyboard and for screen readers: only the rows in view are there. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { _ } from "./language";
import { typeName } from "./looks";
import type { NetworkGraph } from "./network";

const ROW = 32;
const AHEAD = 6;

export class NodeList extends LitElement {
  static override properties = { graph: {}, ids: {}, selected: {}, first: { state: true } };
  declare graph: NetworkGraph;
  /** The nodes in their order. */
  declare ids: string[];
  declare selected: string;
  declare private first: number;

  constructor() {
    super();
    [this.ids, this.selected, this.first] = [[], "", 0];
  }

  protected override createRenderRoot(): this {
    return this;
  }

  private get box(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".nodes");
  }

  protected override updated(changed: PropertyValues): void {
    for (const space of this.querySelectorAll<HTMLElement>(".space")) space.style.height = `${this.ids.length * ROW}px`;
    for (const row of this.querySelectorAll<HTMLElement>("[role=option]")) row.style.top = `${Number(row.dataset.at) * ROW}px`;
    if (changed.has("selected") || changed.has("ids")) this.reveal();
  }

  private reveal(): void {
    const [box, at] = [this.box, this.ids.indexOf(this.selected)];
    if (!box || at < 0) return;
    const top = at * ROW;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
  }

  protected override render(): TemplateResult {
    const from = Math.max(0, this.first - AHEAD);
    const rows = this.ids.slice(from, this.first + Math.ceil((this.box?.clientHeight ?? 400) / ROW) + AHEAD);
    const at = this.ids.indexOf(this.selected);
    const isThere = at >= from && at < from + rows.length;
    return html`<div class="nodes" role="listbox" tabindex="0" aria-label=${_("Nodes")}
        aria-activedescendant=${isThere ? `node-${at}` : nothing} @keydown=${this.move} @scroll=${this.follow}>
      <div class="space" role="presentation">${repeat(rows, (id) => id, (id, index) => this.row(id, from + index))}</div></div>`;
  }

  private row(id: string, at: number): TemplateResult {
    const { label, node } = this.graph.getNodeAttributes(id);
    return html`<div role="option" id=${`node-${at}`} data-at=${at} aria-selected=${id === this.selected} aria-setsize=${this.ids.length}
      aria-posinset=${at + 1} @click=${() => this.select(id)} title=${label}>
      <span class="dot" data-type=${node.type} aria-hidden="true"></span><span class="name" dir="auto">${label}</span>
      <span class="tag">${typeName(node.type, true)} · ${this.graph.degree(id)}</span></div>`;
  }

  private follow = (): void => {
    this.first = Math.floor((this.box?.scrollTop ?? 0) / ROW);
  };

  private move = (event: KeyboardEvent): void => {
    const at = this.ids.indexOf(this.selected);
    const page = Math.max(1, Math.floor((this.box?.clientHeight ?? ROW) / ROW) - 1);
    const to = {
      ArrowDown: at + 1, ArrowUp: at < 0 ? 0 : at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this.ids.length - 1,
    }[event.key];
    if (to !== undefined && this.ids.length) {
      event.preventDefault();
      this.select(this.ids[Math.min(Math.max(to, 0), this.ids.length - 1)]!);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent("node-opened", { bubbles: true }));
    }
  };

  private select(id: string): void {
    this.dispatchEvent(new CustomEvent("node-selected", { detail: id, bubbles: true }));
  }
}

customElements.define("ukfr-node-list", NodeList);
