// The page of a statement answers to pointing and choosing. Without this script every clause is a link to the page of its
// record, and the form chooses clauses on the server; the address says the same in either case.

import { isStatic } from "./addresses";
import { readDay, showDay } from "./dating";

const RECORD_LINK = "a.ref, a.figure";
const PREFIX = "record-";
const PAUSE_MS = 80; // what the pointer only crosses is not fetched

/** Show beside the words the record of what is pointed at, focused or named by the address. */
class Reading {
  private readonly beside = matchMedia("(width >= 62rem)"); // as style.css has it
  private readonly records: HTMLElement;
  private readonly place: HTMLElement;
  private readonly alert: HTMLElement;
  private readonly hints: HTMLElement[];
  private readonly fetched = new Map<string, Promise<HTMLElement>>();
  private current = "";
  private pinned = "";
  private pause = 0;

  constructor(private readonly root: HTMLElement) {
    this.records = root.querySelector<HTMLElement>(".records")!;
    this.place = this.records.querySelector<HTMLElement>(".shown")!;
    this.alert = this.records.querySelector<HTMLElement>("[role=alert]")!;
    this.hints = [...this.records.querySelectorAll<HTMLElement>(".hint")];
    this.records.querySelector("[data-close]")!.addEventListener("click", () => this.leave());
    const text = root.querySelector<HTMLElement>(".text")!;
    text.addEventListener("pointerover", (event) => {
      if (event.pointerType === "mouse") this.glance(recordOf(event.target));
    });
    text.addEventListener("pointerleave", () => this.glance(this.pinned));
    text.addEventListener("focusin", (event) => this.glance(recordOf(event.target)));
    root.addEventListener("click", (event) => this.choose(event));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.records.contains(event.target as Node)) this.leave();
    });
    addEventListener("hashchange", () => this.follow());
    this.beside.addEventListener("change", () => this.arrange());
    this.arrange();
    this.follow();
  }

  /** Show a record soon, where there is room for it beside the text. */
  private glance(id: string): void {
    clearTimeout(this.pause);
    if (id && this.beside.matches) this.pause = setTimeout(() => void this.show(id), PAUSE_MS);
  }

  /** Show a record; true if it is there, and nothing else was asked for meanwhile. */
  private async show(id: string): Promise<boolean> {
    clearTimeout(this.pause);
    if (id === this.current && !this.alert.hidden) this.current = ""; // try again
    if (id !== this.current) {
      this.mark(false);
      this.current = id;
      this.mark(true);
      this.alert.hidden = true;
      this.place.replaceChildren();
      this.arrange();
    }
    this.records.setAttribute("aria-busy", "true");
    const record = await this.fetch(id).catch(() => null);
    if (id !== this.current) return false;
    this.records.removeAttribute("aria-busy");
    this.alert.hidden = record !== null;
    if (record === null) {
      this.alert.querySelector("a")!.href = this.addressOf(id);
    } else if (record !== this.place.firstChild) {
      this.place.replaceChildren(record);
      this.records.scrollTop = 0;
    }
    return true;
  }

  /** Fetch the page of a record, once, and take the record out of it. */
  private fetch(id: string): Promise<HTMLElement> {
    let record = this.fetched.get(id);
    if (!record) {
      record = fetchRecord(this.addressOf(id));
      this.fetched.set(id, record);
      record.catch(() => this.fetched.delete(id));
    }
    return record;
  }

  private addressOf(id: string): string {
    const reading = this.root.dataset["reading"]!; // the page of all records without a server, else their folder
    return isStatic ? `${reading}#${id}` : reading + encodeURIComponent(id.slice(PREFIX.length));
  }

  private mark(isCurrent: boolean): void {
    if (!this.current) return;
    for (const words of this.root.querySelectorAll(`[data-record="${CSS.escape(this.current)}"]`)) {
      words.classList.toggle("current", isCurrent);
    }
  }

  /** A click on words keeps their record; one on a link to a record opens it, and one in a record leads to words. */
  private choose(event: MouseEvent): void {
    const target = event.target as Element;
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = target.closest<HTMLAnchorElement>("a");
    if (link && this.records.contains(link) && link.hash && link.pathname === location.pathname) {
      event.preventDefault();
      location.hash = link.hash; // as it is, with the choice of clauses
      return;
    }
    const id = link ? this.recordOfLink(link) : recordOf(target);
    if (!id) return;
    this.pinned = id;
    if (link) {
      event.preventDefault();
      if (location.hash !== `#${id}`) history.pushState(null, "", `#${id}`);
      void this.open(id);
      return;
    }
    if (String(getSelection())) return; // words are being marked
    const words = target.closest<HTMLElement>("[data-record]")!;
    if (words.id) history.replaceState(null, "", `#${words.id}`);
    if (this.beside.matches) void this.show(id);
    else void this.open(id);
  }

  private recordOfLink(link: HTMLAnchorElement): string {
    if (link.matches(RECORD_LINK)) return recordOf(link);
    const start = new URL(this.root.dataset["reading"]!, location.href).pathname;
    if (!this.place.contains(link)) return "";
    if (isStatic) return link.pathname === start ? link.hash.slice(1) : "";
    return link.pathname.startsWith(start)
      ? PREFIX + decodeURIComponent(link.pathname.slice(start.length))
      : "";
  }

  /** Show a record and move to it, or to the message that it cannot be had. */
  private async open(id: string): Promise<void> {
    if (!(await this.show(id))) return;
    const shown = this.alert.hidden ? this.place.querySelector<HTMLElement>(".record") : this.alert.querySelector("a");
    shown?.focus({ preventScroll: true });
    if (!this.beside.matches) this.linkOf(id)?.scrollIntoView({ block: "start" }); // the sheet covers what is below
  }

  private linkOf(id: string): HTMLElement | undefined {
    return [...this.root.querySelectorAll<HTMLElement>(RECORD_LINK)].find((link) => recordOf(link) === id);
  }

  /** Leads from a record back to its words, and where there is no room for both closes it. */
  private leave(): void {
    const id = this.current;
    if (!id) return;
    if (!this.beside.matches) this.close();
    this.linkOf(id)?.focus();
  }

  private close(): void {
    this.mark(false);
    this.current = this.pinned = "";
    this.place.replaceChildren();
    this.alert.hidden = true;
    this.arrange();
  }

  /** Show what the address names: a record, or the words whose record it is. */
  private follow(): void {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const id = named && (named.id.startsWith(PREFIX) ? named.id : (named.dataset["record"] ?? ""));
    if (!id) return;
    this.pinned = id;
    if (named.id === id) void this.open(id);
    else if (this.beside.matches) void this.show(id);
  }

  /** Say how to come to records while none is shown; where there is no room beside the words, one is a sheet over them. */
  private arrange(): void {
    this.records.classList.toggle("sheet", this.current !== "" && !this.beside.matches);
    const [general, pointing] = this.hints;
    general!.hidden = this.current !== "" || this.beside.matches;
    pointing!.hidden = this.current !== "" || !this.beside.matches;
  }
}

/** Fetch the page of a record and take the record out of it; files have all records on one page, which is kept. */
async function fetchRecord(address: string): Promise<HTMLElement> {
  const [file, id] = address.split("#");
  const page = await (isStatic ? keepPage(file!) : fetchPage(address));
  const record = page.querySelector<HTMLElement>(id ? `#${CSS.escape(id)}` : ".record");
  if (!record) throw new Error(`${address}: no record`);
  if (isStatic && readDay()) showDay(record, readDay());
  record.removeAttribute("id"); // the link to it in the text has this name
  return record;
}

const pages = new Map<string, Promise<Document>>();

function keepPage(address: string): Promise<Document> {
  const page = pages.get(address) ?? fetchPage(address);
  page.catch(() => pages.delete(address));
  pages.set(address, page);
  return page;
}

async function fetchPage(address: string): Promise<Document> {
  const headers = { accept: "text/html", "accept-language": document.documentElement.lang };
  const response = await fetch(address, { headers });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function recordOf(target: EventTarget | null): string {
  return (target as Element).closest<HTMLElement>("[data-record]")?.dataset["record"] ?? "";
}

type Values = Record<string, Record<string, string[]>>;

/** Dims at once what is not chosen, and says it in the address, as the form does when it is sent. */
function chooseAtOnce(root: HTMLElement, form: HTMLFormElement, count: HTMLElement): void {
  const clauses = Object.entries(JSON.parse(document.getElementById("values")!.textContent!) as Values);
  const choose = (): void => {
    const chosen = [...new FormData(form)].map(([name, value]) => [name, String(value)] as const).filter(([, v]) => v);
    const kept = clauses.filter(([, values]) => chosen.every(([name, value]) => values[name]?.includes(value)));
    const ids = new Set(kept.map(([anchor]) => PREFIX + anchor));
    for (const words of root.querySelectorAll<HTMLElement>(".clause")) {
      words.classList.toggle("dim", !ids.has(words.dataset["record"] ?? ""));
    }
    for (const hit of document.querySelectorAll<HTMLElement>("[data-hit]")) hit.hidden = !ids.has(hit.dataset["hit"] ?? "");
    document.querySelector<HTMLDetailsElement>(".hits")!.open = kept.length > 0 && kept.length < clauses.length;
    root.classList.toggle("choosing", kept.length < clauses.length);
    count.textContent = new Intl.NumberFormat(document.documentElement.lang).format(kept.length);
    const parameters = new URLSearchParams(chosen.map(([name, value]) => [name, value]));
    history.replaceState(null, "", `${location.pathname}?${parameters}${location.hash}`);
    for (const file of document.querySelectorAll<HTMLAnchorElement>("[data-file]")) {
      const form = new URL(file.href).searchParams.get("format") ?? "";
      file.search = new URLSearchParams([...parameters, ["format", form]]).toString();
    }
  };
  if (isStatic) { // a server has chosen already
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = form.elements.namedItem(name) as HTMLSelectElement | null;
      if (field) field.value = value;
    }
    choose();
  }
  form.querySelector("button")!.hidden = true;
  form.addEventListener("change", choose);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose();
  });
}

const root = document.querySelector<HTMLElement>("[data-reading]");
const form = document.querySelector<HTMLFormElement>("[data-filters]");
const count = document.querySelector<HTMLElement>("[data-count]");
if (root) new Reading(root);
if (root && form && count) chooseAtOnce(root, form, count);
