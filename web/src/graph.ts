/** The page /graph: its form chooses what is read, the view what is seen of it, and the address has both. */

import { isStatic } from "./addresses";
import { keepDay, readDay } from "./dating";
import { GraphView } from "./graph-view";
import { VIEW_PARAMETERS } from "./network-choice";
import { expand } from "./terms";

const SOURCE_PARAMETERS = ["projection", "query", "param", "topic", "kind", "section", "statement", "community", "overview", "whole", "at"];

const form = document.querySelector<HTMLFormElement>("#graph-form");
const place = document.querySelector<HTMLElement>("#network");

if (form && place) {
  const view = new GraphView();
  const given = new URLSearchParams(location.search);
  // The parameters of a saved query stand in the address under "projection" and "param", as on /export/network.
  let source = pick(new URLSearchParams(place.dataset.source), SOURCE_PARAMETERS);
  if (isStatic) takeAddress(form, source, given);
  let seen = pick(given, VIEW_PARAMETERS);
  view.formats = new URLSearchParams(place.dataset.formats);
  view.view = seen;
  view.credit = (place.dataset.credit ?? "").split("\n").filter(Boolean);
  view.source = source;
  place.replaceChildren(view);
  for (const control of form.querySelectorAll<HTMLElement>(".plain-only")) control.remove();

  const write = (): void => {
    const address = new URLSearchParams([...source, ...seen]);
    history.replaceState(null, "", `${location.pathname}${address.size ? `?${address}` : ""}`);
  };
  form.addEventListener("change", (event) => {
    // Every page respects the day as of which a reader looks: the server must know it.
    const { name, value: day } = event.target as HTMLInputElement;
    if (name === "at" && !isStatic) return form.submit();
    if (name === "at") keepDay(day);
    const asked = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
    for (const [name, value] of [...asked]) if (!value) asked.delete(name);
    source = pick(asked, SOURCE_PARAMETERS);
    seen = new URLSearchParams();
    view.source = source;
    write();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  view.addEventListener("view-changed", (event) => {
    seen = (event as CustomEvent<URLSearchParams>).detail;
    write();
  });
  view.addEventListener("source-changed", (event) => {
    source = (event as CustomEvent<URLSearchParams>).detail;
    write();
  });
}

/** Take from the address what the form offers, where no server has read it. */
function takeAddress(form: HTMLFormElement, source: URLSearchParams, given: URLSearchParams): void {
  const day = readDay();
  for (const [name, value] of [...given, ...(day ? [["at", day] as const] : [])]) {
    const field = form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement | null;
    if (!field || !SOURCE_PARAMETERS.includes(name)) continue;
    field.value = expand(value);
    if (field.value) source.set(name, field.value);
  }
}

function pick(from: URLSearchParams, names: readonly string[]): URLSearchParams {
  return new URLSearchParams([...from].filter(([name, value]) => names.includes(name) && value));
}
