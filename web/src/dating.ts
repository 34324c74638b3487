/** The day as of which pages without a server tell things: parts of a page say since and until when they are told. */

import { longDay } from "./language";

const NAME = "at"; // as a server's cookie is called, and its parameter

/** Return the day (`YYYY-MM-DD`) that the address says, else the one chosen before; nothing where none is. */
export function readDay(): string {
  const said = new URLSearchParams(location.search).get(NAME);
  if (said === null) return memory()?.getItem(NAME) ?? "";
  const found = /^\d{4}-\d\d-\d\d$/.test(said) && !Number.isNaN(Date.parse(said)) ? said : "";
  keepDay(found);
  return found;
}

/** Keep a day for the pages that are read next, as long as the tab is open. */
export function keepDay(day: string): void {
  if (day) memory()?.setItem(NAME, day);
  else memory()?.removeItem(NAME);
}

/** Show a part of a page as of a day. */
export function showDay(root: ParentNode, day: string): void {
  for (const part of root.querySelectorAll<HTMLElement | SVGElement>("[data-since], [data-until]")) {
    part.toggleAttribute("hidden", !isKnown(part, day)); // which SVG has no property for
  }
  for (const place of root.querySelectorAll("[data-shown-day]")) place.textContent = longDay(day);
  for (const line of root.querySelectorAll<SVGElement>("[data-years]")) moveTo(line, day);
  for (const link of root.querySelectorAll<HTMLAnchorElement>("[data-asks-day]")) {
    const address = new URL(link.href);
    address.searchParams.set("day", day);
    link.href = address.href;
  }
}

/** Return whether a part held on a day; days are in order as texts. */
export function isKnown(part: HTMLElement | SVGElement, day: string): boolean {
  const { since = "", until } = part.dataset;
  return since <= day && (!until || day < until);
}

/** Move a line to a day on an axis of whole years, or off it. */
function moveTo(line: SVGElement, day: string): void {
  const [first, last] = line.dataset["years"]!.split(" ").map((year) => Date.UTC(Number(year), 0)) as [number, number];
  const end = Date.UTC(new Date(last).getUTCFullYear() + 1, 0);
  const place = (100 * (Date.parse(day) - first)) / (end - first);
  line.toggleAttribute("hidden", place < 0 || place >= 100);
  for (const name of ["x1", "x2"]) line.setAttribute(name, `${place.toFixed(2)}%`);
}

/** What the tab remembers; browsers may forbid it. */
function memory(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
