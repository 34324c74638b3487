// Choosing on a page without a server: what has not all that the form says, or was not known on its day, is hidden; the
// address says the same. It is one classic script, since browsers load no modules from a disk.

import { isKnown, keepDay, readDay, showDay } from "./dating";

const form = document.querySelector<HTMLFormElement>("form[data-choosing]");
const day = form?.querySelector<HTMLInputElement>("input[name=at]");
const count = form?.querySelector("output");
const items = [...document.querySelectorAll<HTMLElement>("[data-has]")].filter((item) => !item.parentElement!.closest("[data-has]"));
const pictures = document.querySelectorAll<HTMLElement>("[data-day]");

function choose(): void {
  const given = [...new FormData(form!)].map(([name, value]) => [name, String(value)] as const).filter(([, value]) => value);
  const chosen = given.filter(([name]) => name !== day?.name).map(([name, value]) => `${name}=${value}`);
  const shown = day?.value || day?.max;
  if (shown) showDay(document, shown);
  for (const picture of pictures) picture.hidden = shown !== undefined && shown !== picture.dataset["day"];
  const known = items.filter((item) => !shown || isKnown(item, shown));
  let fitting = 0;
  for (const item of known) {
    const has = listValues(item);
    item.hidden = !chosen.every((value) => has.includes(value));
    if (!item.hidden) fitting++;
  }
  if (count) count.textContent = `${fitting} / ${known.length}`;
  const query = String(new URLSearchParams(given.map(([name, value]) => [name, value])));
  try {
    history.replaceState(null, "", `${location.pathname}${query && `?${query}`}${location.hash}`);
  } catch {
    // from a disk, where a browser may not let the address be changed
  }
}

/** List what an item has, and what the parts of it have that are shown. */
function listValues(item: HTMLElement): string[] {
  const parts = [...item.querySelectorAll<HTMLElement>("[data-has]")].filter((part) => !part.hidden);
  return [item, ...parts].flatMap((part) => part.dataset["has"]!.split(" "));
}

/** Show a page that has nothing to choose as of the day that was chosen before. */
function showKept(): void {
  const kept = readDay();
  if (!kept) return;
  showDay(document, kept);
  for (const picture of pictures) picture.hidden = kept !== picture.dataset["day"];
  for (const notice of document.querySelectorAll<HTMLElement>("[data-as-of]")) notice.hidden = false;
}

if (!form) {
  showKept();
} else {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = field.value === value;
    else if (field instanceof HTMLSelectElement) field.value = value;
  }
  if (day) {
    day.value = readDay();
    day.addEventListener("change", () => keepDay(day.value));
  }
  form.hidden = false;
  form.querySelector("button")!.hidden = true;
  form.addEventListener("change", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  choose();
}
