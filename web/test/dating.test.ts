import { expect, test } from "vitest";
import { isKnown } from "../src/dating";
import { longDay } from "../src/language";

const part = (dataset: Record<string, string>): HTMLElement => ({ dataset }) as unknown as HTMLElement;

test("a part is told from its first day to the one before its end", () => {
  const told = ["2016-12-30", "2016-12-31", "2022-11-28", "2022-11-29"].map((day) => isKnown(part({ since: "2016-12-31", until: "2022-11-29" }), day));
  expect(told).toEqual([false, true, true, false]);
  expect([isKnown(part({}), "0001-01-01"), isKnown(part({ until: "2016-01-01" }), "1900-01-01")]).toEqual([true, true]);
});

test("a day is written in full, as the pages themselves write it", () => {
  expect(longDay("2016-08-30")).toBe("30 August 2016");
});
