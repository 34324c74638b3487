import { expect, test } from "vitest";
import { chooseSeries, defaultView, ticks } from "../src/chart";
import { writeSnippet } from "../src/snippets";
import type { Row, Term } from "../src/terms";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const text = (value: string): Term => ({ type: "literal", value });
const whole = (value: string): Term => ({ type: "literal", value, datatype: `${XSD}integer` });
const date = (value: string): Term => ({ type: "literal", value, datatype: `${XSD}date` });

test("a default view is read from a comment, and an unknown one is none", () => {
  expect(defaultView("#defaultView:BarChart{\"hide\":1}\nSELECT")).toBe("BarChart");
  expect(defaultView("SELECT * {}\n# defaultView: linechart")).toBe("LineChart");
  expect(defaultView("#defaultView:Map\nSELECT")).toBeUndefined();
  expect(defaultView("SELECT ?x { } #defaultView:Graph")).toBeUndefined();
});

test("bars are named by the first text and count by the last number; rows without a number are left out", () => {
  const rows: Row[] = [{ k: text("a"), id: whole("1"), n: whole("5") }, { k: text("b"), id: whole("2") }];
  const series = chooseSeries(["k", "id", "n"], rows, "BarChart")!;
  expect([series.label, series.value, series.left]).toEqual(["k", "n", 1]);
  expect(series.points.map((point) => point.value)).toEqual([5]);
  expect(chooseSeries(["k"], [{ k: text("a") }], "BarChart")).toBeUndefined();
});

test("a line goes by time", () => {
  const rows: Row[] = [{ day: date("2016-08-30"), n: whole("3") }, { day: date("2015-01-01"), n: whole("1") }];
  const series = chooseSeries(["day", "n"], rows, "LineChart")!;
  expect(series.isOverTime).toBe(true);
  expect(series.points.map((point) => point.value)).toEqual([1, 3]);
});

test("an axis has round figures", () => {
  expect(ticks(0, 26)).toEqual([0, 10, 20]);
  expect(ticks(0, 0.4)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  expect(ticks(3, 3)).toEqual([3]);
});

test("a program keeps the query, whatever quotes it has", () => {
  const query = "SELECT * { ?s ?p 'it''s', \"\"\"x\"\"\" } # \\ )---\"";
  expect(writeSnippet("curl", query, "http://localhost/sparql", false)).toContain("'query=SELECT * { ?s ?p '\\''it'\\'''\\''s'\\''");
  expect(writeSnippet("R", query, "http://localhost/sparql", false)).toContain('r"----(');
  expect(writeSnippet("Python", query, "http://localhost/sparql", true)).toContain('\\"\\"\\"x\\"\\"\\" } # \\\\ )---"');
});
