// Conveniences of every page: keys, and a switch of language that keeps the place and what was typed.

import { place } from "./addresses";

const LONGEST_NUMBER = 4;
const PATIENCE_MS = 2000; // between the digits of a clause's number

const search = document.querySelector<HTMLInputElement>("#site-search");
let dialog = document.querySelector<HTMLDialogElement>("#keys");
let digits = "";
let last = 0;

/** The clauses of the text on this page, in their order: the links that bear their numbers. */
function clauses(): HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>(".source a.ref[data-number]")];
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Move to the next clause, or the one before, from that which has the focus or, without one, from what is in view. */
function step(by: 1 | -1): boolean {
  const all = clauses();
  if (!all.length) return false;
  const here = all.findIndex((clause) => clause === document.activeElement);
  const below = all.findIndex((clause) => clause.getBoundingClientRect().top > 0);
  const from = here >= 0 ? here + by : by > 0 ? below : below - 1;
  go(all[Math.min(Math.max(from, 0), all.length - 1)]!);
  return true;
}

function go(clause: HTMLAnchorElement): void {
  clause.focus({ preventScroll: true });
  clause.scrollIntoView({ block: "center" });
}

/** Take the digits of a number; Enter goes to the clause that has it. */
function count(key: string): boolean {
  const now = performance.now();
  if (now - last > PATIENCE_MS) digits = "";
  if (/^\d$/.test(key)) {
    [digits, last] = [(digits + key).slice(-LONGEST_NUMBER), now];
    return true;
  }
  const clause = key === "Enter" && digits ? clauses().find((each) => each.dataset["number"] === digits) : undefined;
  digits = "";
  if (clause) go(clause);
  return Boolean(clause);
}

function answer(event: KeyboardEvent): boolean {
  switch (event.key) {
    case "/":
      search?.focus();
      search?.select();
      return Boolean(search);
    case "?":
      void showKeys();
      return true;
    case "j":
      return step(1);
    case "k":
      return step(-1);
    default:
      return count(event.key);
  }
}

/** Show the list of keys; pages without a server have it on the first page alone. */
async function showKeys(): Promise<void> {
  if (!dialog) {
    const first = await fetch(place("/"));
    dialog = new DOMParser().parseFromString(await first.text(), "text/html").querySelector<HTMLDialogElement>("#keys");
    if (dialog) document.body.append(dialog);
  }
  if (dialog && !dialog.open) dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (dialog?.open || document.activeElement?.closest("[role=listbox]")) return;
  if (answer(event)) event.preventDefault();
});

// Scripts put what is chosen into the address of the page; its link to the other language follows when it is used.
for (const link of document.querySelectorAll<HTMLAnchorElement>("a.language")) {
  link.addEventListener("click", () => {
    const to = new URL(link.href);
    if (to.pathname === location.pathname) {
      const language = to.searchParams.get("lang");
      to.search = location.search;
      if (language) to.searchParams.set("lang", language);
    }
    to.hash = location.hash;
    link.href = to.href;
  });
}

if (document.querySelector("#record")) void import("./record");
