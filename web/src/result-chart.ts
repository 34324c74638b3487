/** A bar or line chart as SVG, with the numbers it shows in a table beside it. */

import { html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { chooseSeries, ticks, type Point, type Series } from "./chart";
import { _, day, ngettext, number } from "./language";
import { isDate, type Row } from "./terms";

const LINE = { width: 720, height: 320, left: 70, right: 16, top: 12, bottom: 34 };

export class ResultChart extends LitElement {
  static override properties = { names: {}, rows: {}, kind: {}, labels: {}, name: {} };
  declare names: string[];
  declare rows: Row[];
  declare kind: "BarChart" | "LineChart";
  /** The labels that are known: a change of them is a change of the chart. */
  declare labels: Map<string, string>;
  /** How a cell is named. */
  declare name: (row: Row, column: string) => string;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render(): TemplateResult {
    const series = chooseSeries(this.names, this.rows, this.kind);
    if (!series?.points.length) {
      return html`<p class="empty">${_("There is no column of numbers to draw. A chart needs one column that names and one that counts.")}</p>`;
    }
    return html`
      ${series.left ? html`<p class="note">${
        ngettext("%(count)s row is not drawn: it has no number, or comes after the first 500.",
          "%(count)s rows are not drawn: they have no number, or come after the first 500.", series.left, { count: number(series.left) })}</p>` : nothing}
      ${this.kind === "LineChart" ? this.drawLine(series) : this.drawBars(series)}`;
  }

  private label(point: Point, series: Series): string {
    const term = point.row[series.label];
    return isDate(term) ? day(term!.value.slice(0, 10)) : this.name(point.row, series.label);
  }

  private drawBars(series: Series): TemplateResult {
    const most = Math.max(0, ...series.points.map((p) => p.value));
    const least = Math.min(0, ...series.points.map((p) => p.value));
    const scale = 100 / (most - least || 1);
    return html`<table class="bars">
      <caption>${_("%(value)s by %(label)s", { value: `?${series.value}`, label: `?${series.label}` })}</caption>
      <thead class="hidden"><tr><th scope="col">${series.label}</th><th scope="col">${series.value}</th><td></td></tr></thead>
      <tbody>${series.points.map((point) => html`<tr>
        <th scope="row" dir="auto">${this.label(point, series)}</th>
        <td class="number">${number(point.value)}</td>
        <td><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${svg`<rect
          x=${(Math.min(point.value, 0) - least) * scale} y="0" width=${Math.abs(point.value) * scale} height="10"></rect>`}</svg></td>
      </tr>`)}</tbody></table>`;
  }

  private drawLine(series: Series): TemplateResult {
    const { width, height, left, right, top, bottom } = LINE;
    const xs = series.points.map((p) => p.x);
    const [first, last] = [Math.min(...xs), Math.max(...xs)];
    const values = series.points.map((p) => p.value);
    const [low, high] = [Math.min(0, ...values), Math.max(...values)];
    const x = (v: number) => left + ((v - first) / (last - first || 1)) * (width - left - right);
    const y = (v: number) => height - bottom - ((v - low) / (high - low || 1)) * (height - top - bottom);
    const path = series.points.map((p, i) => `${i ? "L" : "M"}${x(p.x).toFixed(1)},${y(p.value).toFixed(1)}`).join("");
    const summary = _("Line of %(value)s by %(label)s: %(count)s points from %(low)s to %(high)s. The table has the numbers.", {
      value: series.value, label: series.label, count: number(series.points.length), low: number(Math.min(...values)), high: number(high),
    });
    const marks = series.points.length > 1 ? [series.points[0]!, series.points[series.points.length >> 1]!, series.points.at(-1)!] : series.points;
    return html`<div class="chart-pair">
      <svg class="line-chart" viewBox="0 0 ${width} ${height}" role="img" aria-label=${summary}>
        ${ticks(low, high).map((tick) => svg`<g class="axis"><line x1=${left} x2=${width - right} y1=${y(tick)} y2=${y(tick)}></line>
          <text x=${left - 8} y=${y(tick) + 4} text-anchor="end">${number(tick)}</text></g>`)}
        ${marks.map((p, i) => svg`<text class="axis" x=${x(p.x)} y=${height - 10}
          text-anchor=${i === 0 ? "start" : i === 2 ? "end" : "middle"}>${this.label(p, series)}</text>`)}
        ${svg`<path d=${path}></path>`}
        ${series.points.length <= 60 ? series.points.map((p) => svg`<circle cx=${x(p.x)} cy=${y(p.value)} r="3.5"><title>${this.label(p, series)}: ${number(p.value)}</title></circle>`) : nothing}
      </svg>
      <div class="scroll" tabindex="0" role="region" aria-label=${_("Numbers of the chart")}>
        <table><thead><tr><th scope="col">${series.label}</th><th scope="col" class="number">${series.value}</th></tr></thead>
        <tbody>${series.points.map((p) => html`<tr><th scope="row" dir="auto">${this.label(p, series)}</th><td class="number">${number(p.value)}</td></tr>`)}</tbody></table>
      </div></div>`;
  }
}

customElements.define("ukfr-result-chart", ResultChart);
