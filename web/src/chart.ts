/** The chart that a query asks for in its comments, and the series that are drawn of its answer. */

import { isDate, isNumber, measure, type Row } from "./terms";

export type View = "Table" | "BarChart" | "LineChart" | "Graph" | "Raw";

/** The view that a line such as `#defaultView:BarChart` asks for, as on Wikidata's query service. */
export function defaultView(query: string): View | undefined {
  const asked = /^\s*#\s*defaultView\s*:\s*([A-Za-z]+)/m.exec(query)?.[1];
  return (["Table", "BarChart", "LineChart", "Graph"] as const).find((view) => view.toLowerCase() === asked?.toLowerCase());
}

export interface Point {
  row: Row;
  x: number;
  value: number;
}

export interface Series {
  /** The column that names the points, and the one that says how much. */
  label: string;
  value: string;
  points: Point[];
  /** Rows without a number, and points beyond those that are drawn. */
  left: number;
  isOverTime: boolean;
}

const MOST_POINTS = 500;

/** Choose the columns of a chart: the last column of numbers against the first other; none where there is no number. */
export function chooseSeries(names: string[], rows: Row[], kind: "BarChart" | "LineChart"): Series | undefined {
  const filled = (name: string) => rows.find((row) => row[name])?.[name];
  const value = names.findLast((name) => isNumber(filled(name)));
  const axes = names.filter((name) => name !== value && filled(name));
  const label = (kind === "LineChart" ? axes.find((name) => measure(filled(name)) !== undefined) : undefined)
    ?? axes.find((name) => !isNumber(filled(name)) && filled(name)?.type !== "uri")
    ?? axes[0];
  if (!value || !label) return undefined;
  const points = rows.flatMap((row, index): Point[] => {
    const worth = measure(row[value]);
    const x = kind === "LineChart" ? measure(row[label]) ?? index : index;
    return worth === undefined || !isNumber(row[value]) ? [] : [{ row, x, value: worth }];
  });
  if (kind === "LineChart") points.sort((a, b) => a.x - b.x);
  return {
    label,
    value,
    points: points.slice(0, MOST_POINTS),
    left: rows.length - Math.min(points.length, MOST_POINTS),
    isOverTime: isDate(filled(label)),
  };
}

/** Round figures from `low` to `high` for an axis. */
export function ticks(low: number, high: number, about = 5): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.floor((high - first) / step + 1e-9) + 1 }, (_, i) => Number((first + i * step).toPrecision(12)));
}
