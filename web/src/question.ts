// The form of a saved question on a page without a server: the answer is made here, in place of the one in the file.

import "./answer-view";
import type { Answered } from "./answer-view";
import { ask, ROWS, TRIPLES } from "./endpoint";
import { prepare } from "./engine";
import { _, readIsland } from "./language";
import { bind, type Parameter } from "./parameters";
import { readAnswer } from "./rows";
import { PREFIXES } from "./terms";

const text = document.querySelector("#text")?.textContent ?? "";
const parameters = readIsland<Parameter[]>("parameters");
const choices = readIsland<Record<string, [value: string, name: string][]>>("choices");
const form = document.querySelector<HTMLFormElement>("#question-form");
const place = document.querySelector<HTMLElement>("#answer");

if (form && place && text) {
  for (const list of form.querySelectorAll<HTMLSelectElement>("select[data-takes]")) offer(list);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = [...new FormData(form)].map(([name, value]) => [name, String(value)] as [string, string]).filter(([, value]) => value);
    history.pushState(null, "", `${location.pathname}?${new URLSearchParams(given)}`);
    void show(new Map(given));
  });
  form.addEventListener("focusin", prepare, { once: true });
  addEventListener("popstate", () => take());
  take();
}

/** Fills a list with what it takes, which the pages share. */
function offer(list: HTMLSelectElement): void {
  const { takes = "", value = "" } = list.dataset;
  for (const [each, name] of choices[takes] ?? []) list.add(new Option(name, each));
  list.value = value;
}

/** Take the values from the address, where it has some. */
function take(): void {
  const known = new Set(parameters.map(({ name }) => name));
  const given = [...new URLSearchParams(location.search)].filter(([name, value]) => known.has(name) && value);
  if (!given.length) return;
  for (const [name, value] of given) {
    const field = form!.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement | null;
    if (field) field.value = value;
  }
  void show(new Map(given));
}

async function show(values: Map<string, string>): Promise<void> {
  place!.setAttribute("aria-busy", "true");
  try {
    const query = bind(text, parameters, values, PREFIXES);
    const answer = await ask(query, `${ROWS}, ${TRIPLES};q=0.9`);
    const view = document.createElement("ukfr-answer-view") as HTMLElement & { answered: Answered };
    view.answered = { ...readAnswer(answer.text, answer.type), query, answer };
    place!.replaceChildren(view);
  } catch (error) {
    const alert = document.createElement("p");
    alert.role = "alert";
    alert.textContent = error instanceof RangeError
      ? _("The value of %(name)s is missing, or not of its kind.", { name: error.message })
      : _("The question cannot be answered: %(reason)s", { reason: String(error instanceof Error ? error.message : error) });
    place!.replaceChildren(alert);
  } finally {
    place!.removeAttribute("aria-busy");
  }
}
