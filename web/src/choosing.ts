// Choosing on a page without a server: what has not all that the form says is hidden; the address says the same.

const form = document.querySelector<HTMLFormElement>("form[data-choosing]");
const count = form?.querySelector("output");
const items = [...document.querySelectorAll<HTMLElement>("[data-has]")];

function choose(): void {
  const chosen = [...new FormData(form!)].map(([name, value]) => [name, String(value)] as const).filter(([, value]) => value);
  let shown = 0;
  for (const item of items) {
    const has = item.dataset["has"]!.split(" ");
    item.hidden = !chosen.every(([name, value]) => has.includes(`${name}=${value}`));
    if (!item.hidden) shown++;
  }
  if (count) count.textContent = `${shown} / ${items.length}`;
  const query = String(new URLSearchParams(chosen.map(([name, value]) => [name, value])));
  history.replaceState(null, "", `${location.pathname}${query && `?${query}`}${location.hash}`);
}

if (form) {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = field.value === value;
    else if (field instanceof HTMLSelectElement) field.value = value;
  }
  form.hidden = false;
  form.querySelector("button")!.hidden = true;
  form.addEventListener("change", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  choose();
}
