import { expect, test } from "vitest";
import { isUpdate, readFault } from "../src/engine-errors";

const DECLARED = "PREFIX ukfr: <https://w3id.org/ukfr/ontology#> ";

test("a place in the query is told as it was written, without what was put before it", () => {
  const at = (line: number, column: number) => readFault(new Error(`error at ${line}:${column}: expected one of FILTER`), DECLARED);
  expect(at(1, DECLARED.length + 23)).toEqual({ error: "expected one of FILTER", line: 1, column: 23 });
  expect(at(2, 4)).toEqual({ error: "expected one of FILTER", line: 2, column: 4 });
  expect(at(1, 3).column).toBe(1);
});

test("what the parser lists character by character is left out", () => {
  const thrown = new Error(`error at 2:1: expected one of [${"a-z".repeat(20)}], FILTER,\n SELECT`);
  expect(readFault(thrown, "")).toEqual({ error: "expected one of FILTER, SELECT", line: 2, column: 1 });
});

test("an engine without memory has ended, and one that refuses a query has not", () => {
  expect(readFault(new WebAssembly.RuntimeError("unreachable"), "").hasEnded).toBe(true);
  expect(readFault(new RangeError("Invalid array length"), "").hasEnded).toBe(true);
  expect(readFault(new Error("The service <https://example.org/> is not supported"), "").hasEnded).toBeUndefined();
});

test("updates are told from queries", () => {
  for (const text of ["INSERT DATA { <urn:a> <urn:b> 1 }", "# x\nPREFIX a: <urn:a>\nload <urn:x>", "BASE <urn:b> WITH <g> DELETE {} WHERE {}"]) {
    expect(isUpdate(text)).toBe(true);
  }
  for (const text of ["SELECT * { ?insert ?delete 1 }", "# INSERT\nASK {}", "PREFIX load: <urn:x> ASK {}", "CONSTRUCT { } WHERE { }", ""]) {
    expect(isUpdate(text)).toBe(false);
  }
});
