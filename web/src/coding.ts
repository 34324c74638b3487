// The coding workbench: single keys for its buttons, the words that are selected in the text as those of a form, and
// acts without a new page, so that place and focus stay, and what was done is announced.

const KEPT = "coding-keys";
const WORDS = "quote-words";
const TEXT = "coded";
/** Elements whose content is taken from the page that answers an act. They stay themselves: they scroll, and are announced. */
const REGIONS = ["status", "fault", "coded", "work", "whole"];
const toggle = document.querySelector<HTMLInputElement>("#single-keys");

/** Return whether a key belongs to the element that has the focus. */
function isTyping(target: EventTarget | null, key: string): boolean {
  const element = target instanceof HTMLElement ? target : null;
  if (element?.closest("input:not([type=checkbox]), textarea, select")) return true;
  return key === "Enter" && Boolean(element?.closest("a, button, summary, input"));
}

/** Keys that were pressed while an act was under way: they are meant for what it leaves. */
const waiting: string[] = [];
const isBusy = (): boolean => Boolean(document.querySelector("main[aria-busy]"));

/** Take a key that is meant for a button, a link or a form. */
function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.key === "Escape" && isTyping(event.target, "")) document.querySelector<HTMLElement>("#form")?.focus();
  if (isTyping(event.target, event.key) || document.querySelector("dialog[open]")) return;
  if (!findMeant(event.key)) return;
  event.preventDefault();
  if (isBusy()) waiting.push(event.key);
  else obey(event.key);
}

const findMeant = (key: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(`[aria-keyshortcuts="${CSS.escape(key)}"]`);

/** Do what a key stands for: press its button, follow its link, or go to what is to be filled in. */
function obey(key: string): void {
  const meant = findMeant(key);
  if (!meant) return;
  const missing = meant instanceof HTMLButtonElement ? meant.form?.querySelector<HTMLElement>(":invalid:not(fieldset)") : null;
  if (missing) missing.focus();
  else if (meant instanceof HTMLElement && meant.matches("summary")) openForm(meant);
  else if (meant.matches("fieldset")) meant.querySelector<HTMLElement>("input:not([type=hidden])")?.focus();
  else if (meant.matches("input, textarea")) meant.focus();
  else meant.click();
}

/** Open a form that is folded away, and go to its first field. */
function openForm(summary: HTMLElement): void {
  const details = summary.closest("details");
  if (!details) return;
  details.open = true;
  details.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select")?.focus();
}

/** Put words into the forms that ask for words of the text, but for closed ones that hold words already. */
function fill(words: string, place: ParentNode): void {
  for (const field of place.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[name=words]")) {
    const isHeld = field.defaultValue && (field.matches("[data-held]") || field.closest("details:not([open])"));
    if (!isHeld) field.value = words;
  }
}

/** Take the words that are selected in the text, or among those of the record in hand, where the keyboard selects. */
function takeSelection(): void {
  const field = document.activeElement;
  if (field instanceof HTMLTextAreaElement && field.id === WORDS) {
    const chosen = field.value.slice(field.selectionStart, field.selectionEnd).trim();
    const place = field.closest("#work");
    if (chosen && place) fill(chosen, place);
    return;
  }
  const selection = getSelection();
  const words = selection?.toString().trim();
  if (!words || !selection?.anchorNode || !document.querySelector("#coded")?.contains(selection.anchorNode)) return;
  fill(words, document);
}

/** Have a cursor among the words of the record, which a browser gives no field that is read only; they stay as they are. */
function keepWords(event: Event): void {
  const field = event.target;
  if (!(field instanceof HTMLTextAreaElement) || field.id !== WORDS) return;
  if (event.type !== "focusin") event.preventDefault();
  field.readOnly = false;
  field.setAttribute("aria-readonly", "true");
}

/** Return the unsaved values in the forms of a record, by the names of their fields; one form is left out. */
function findTyped(sent: HTMLFormElement | null): Map<string, string | boolean> {
  const typed = new Map<string, string | boolean>();
  for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(".coding-forms :is(input, textarea)")) {
    if (!field.id || field.form === sent || field.name === "words" || field.id === WORDS) continue;
    if (field.type === "checkbox") {
      if ((field as HTMLInputElement).checked !== (field as HTMLInputElement).defaultChecked) typed.set(field.id, (field as HTMLInputElement).checked);
    } else if (field.value !== field.defaultValue) typed.set(field.id, field.value);
  }
  return typed;
}

/** Put what was typed back. */
function restore(typed: Map<string, string | boolean>): void {
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field instanceof HTMLInputElement && typeof value === "boolean") field.checked = value;
    else if ((field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && typeof value === "string") field.value = value;
    const details = field?.closest("details");
    if (details) details.open = true;
  }
}

/** Return whether two stretches of the text are marked in the same way. */
function isSame(one: Node | undefined, other: Node | undefined): boolean {
  if (!(one instanceof Element) || !(other instanceof Element)) return one?.nodeValue === other?.nodeValue && one?.nodeType === other?.nodeType;
  const marks = ["href", "class", "title", "aria-current"];
  return one.textContent === other.textContent && marks.every((mark) => one.getAttribute(mark) === other.getAttribute(mark));
}

/** Put what is marked in another way into the text, and leave the rest: of 1,000 clauses an act changes one or two. */
function patchText(place: HTMLElement, now: ChildNode[]): void {
  const old = [...place.childNodes];
  const isAligned = old.length === now.length;
  let start = 0;
  let end = 0;
  while (start < Math.min(old.length, now.length) && (isSame(old[start], now[start]) || isAligned)) {
    if (!isSame(old[start], now[start])) old[start]?.replaceWith(now[start] as ChildNode);
    start += 1;
  }
  while (end < Math.min(old.length, now.length) - start && isSame(old[old.length - 1 - end], now[now.length - 1 - end])) end += 1;
  const next = old[old.length - end] ?? null;
  for (const gone of old.slice(start, old.length - end)) gone.remove();
  for (const node of now.slice(start, now.length - end)) place.insertBefore(node, next);
}

/** Show what another page of the workbench has, keep the focus where it was, and put it on the record else. */
function show(page: Document, focus: string): boolean {
  if (!page.querySelector("#work")) return false;
  for (const region of REGIONS) {
    const place = document.getElementById(region);
    const found = page.getElementById(region);
    if (!place || !found) continue;
    if (region === TEXT) patchText(place, [...found.childNodes]);
    else if (place.innerHTML !== found.innerHTML) place.replaceChildren(...found.childNodes);
  }
  const field = focus ? document.getElementById(focus) : null;
  const kept = field?.closest("details:not([open])")?.querySelector<HTMLElement>("summary") ?? field; // folded away again
  if (kept && document.activeElement !== kept) kept.focus();
  if (document.activeElement === document.body) document.querySelector<HTMLElement>("#form")?.focus();
  goToCurrent();
  return true;
}

/** Have the words of the record in hand in view, and only them among the stops of the Tab key. */
function goToCurrent(): void {
  const box = document.querySelector<HTMLElement>("#coded");
  const current = box?.querySelector<HTMLElement>("[aria-current]");
  for (const link of box?.querySelectorAll<HTMLElement>("a") ?? []) {
    const index = link === current || !current ? 0 : -1;
    if (link.tabIndex !== index) link.tabIndex = index;
  }
  if (!box || !current) return;
  const [outer, inner] = [box.getBoundingClientRect(), current.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) box.scrollTop += inner.top - outer.top - outer.height / 3;
}

let asked = 0;

/** Ask for a page, and show it; where that cannot be, the browser goes there. */
async function go(address: string, focus: string, body?: URLSearchParams, sent: HTMLFormElement | null = null): Promise<void> {
  const number = ++asked;
  const main = document.querySelector<HTMLElement>("main");
  main?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, body ? { method: "POST", body } : {});
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (number !== asked) return;
    const name = document.querySelector("#form")?.textContent;
    const typed = findTyped(answer.ok ? sent : null); // what was refused is not lost either
    if (!show(page, focus)) {
      location.assign(answer.url);
      return;
    }
    if (document.querySelector("#form")?.textContent === name) restore(typed);
    const place = new URL(answer.url);
    place.searchParams.delete("done");
    if (answer.ok && !place.pathname.endsWith("/act")) history.replaceState(null, "", place);
    void check();
  } catch {
    waiting.length = 0;
    const fault = document.querySelector("#fault");
    if (fault) fault.textContent = fault.getAttribute("data-offline");
  } finally {
    if (number === asked) {
      main?.removeAttribute("aria-busy");
      const next = waiting.shift();
      if (next) obey(next);
    }
  }
}

/** Put what was found by now in the place of what was found before; what was unfolded stays so. */
function replaceFound(old: HTMLElement, now: HTMLElement): void {
  const isOpen = Boolean(old.querySelector("details[open]"));
  old.replaceChildren(...now.childNodes);
  if (isOpen) old.querySelector("details")?.setAttribute("open", "");
}

let checking: AbortController | undefined;

/** Ask what is wrong by now. The check takes its time: an act after it asks again. */
async function check(): Promise<void> {
  const section = document.querySelector<HTMLElement>("#findings");
  if (!section?.dataset.address) return;
  checking?.abort();
  const mine = (checking = new AbortController());
  section.setAttribute("aria-busy", "true");
  try {
    const record = document.querySelector("#form")?.textContent ?? "";
    const answer = await fetch(`${section.dataset.address}?${new URLSearchParams({ record })}`, { signal: mine.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of answer.ok ? ["found", "lacking"] : []) {
      const old = document.getElementById(part);
      const now = page.getElementById(part);
      if (old && now && now.innerHTML !== old.innerHTML) replaceFound(old, now);
    }
  } catch {
    // it was ended by the next one, or the server is gone: what an act says of that is enough
  }
  if (checking === mine) section.removeAttribute("aria-busy");
}

/** Send a form of the workbench without leaving the page. */
function send(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.action.endsWith("/sign-out") || !form.closest(".coding")) return;
  event.preventDefault();
  if (isBusy()) return; // it was sent already
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(form, event.submitter)) if (typeof value === "string") given.append(name, value);
  const focus = document.activeElement?.id || event.submitter?.id || "";
  if (form.method === "post") void go(form.action, focus, given, form);
  else void go(`${form.action.split(/[?#]/)[0]}?${given}`, "entity-words", undefined, form);
}

/** Take a record of the text in hand without leaving the page. */
function follow(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const address = new URL(link.href);
  if (address.pathname !== location.pathname || !address.searchParams.has("record")) return;
  event.preventDefault();
  void go(link.href, address.hash.slice(1) || "form");
}

/** Go from one record of the text to the next with the arrow keys. */
function step(event: KeyboardEvent): void {
  const links = [...document.querySelectorAll<HTMLElement>("#coded a")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = links[at + (event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : NaN)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

if (toggle) {
  document.querySelector("#key-choice")?.removeAttribute("hidden");
  document.querySelector("#show-keys")?.addEventListener("click", () => document.querySelector<HTMLDialogElement>("dialog#keys")?.showModal());
  toggle.checked = localStorage.getItem(KEPT) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(KEPT, toggle.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (toggle.checked) press(event);
  });
  document.addEventListener("submit", send);
  document.addEventListener("click", follow);
  document.querySelector<HTMLElement>("#coded")?.addEventListener("keydown", step);
  goToCurrent();
  void check();
}
document.addEventListener("selectionchange", takeSelection);
for (const kind of ["focusin", "beforeinput"]) document.addEventListener(kind, keepWords);
document.addEventListener("keyup", (event) => {
  if (event.target instanceof HTMLElement && event.target.id === WORDS) takeSelection(); // before the focus leaves it
});

export {};
