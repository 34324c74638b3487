// Searching on a page without a server: in the dataset that the browser has.

import { _, language, ngettext, number } from "./language";
import { linkTo } from "./terms";
import { find } from "./words";

const form = document.querySelector<HTMLFormElement>("main form[role=search]");
const results = document.querySelector<HTMLElement>("#results");

if (form && results) {
  const field = form.elements.namedItem("q") as HTMLInputElement;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.pushState(null, "", `${location.pathname}?${new URLSearchParams({ q: field.value })}`);
    void show(field.value);
  });
  const take = (): void => {
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    if (field.value) void show(field.value);
  };
  addEventListener("popstate", take);
  take();
}

async function show(words: string): Promise<void> {
  const status = document.createElement("p");
  status.role = "status";
  status.textContent = _("Searching …");
  results!.replaceChildren(status);
  try {
    const found = await find(words, language);
    status.textContent = found.length
      ? ngettext("%(total)s result", "%(total)s results", found.length, { total: number(found.length) })
      : _("Nothing was found for %(words)s.", { words });
    const list = document.createElement("ol");
    for (const { iri, label, language: tongue } of found) {
      const link = document.createElement("a");
      [link.href, link.textContent] = [linkTo(iri), label];
      if (tongue && tongue !== language) link.lang = tongue;
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    if (found.length) results!.append(list);
  } catch (error) {
    status.role = "alert";
    status.textContent = String(error instanceof Error ? error.message : error);
  }
}
