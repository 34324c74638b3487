// The page of a statement answers to pointing and choosing. Without this script every clause is a link to its record,
// and the form chooses clauses on the server; the address says the same in either case.

const RECORD_LINK = 'a[href^="#record-"]';

/** Shows beside the words the record of what is pointed at, focused or named by the address. */
class Reading {
  private readonly beside = matchMedia("(width >= 62rem)"); // as style.css has it
  private readonly records: HTMLElement;
  private readonly hint: HTMLElement;
  private current = "";
  private pinned = "";

  constructor(private readonly root: HTMLElement) {
    this.records = root.querySelector<HTMLElement>(".records")!;
    this.hint = root.querySelector<HTMLElement>(".hint")!;
    const text = root.querySelector<HTMLElement>(".text")!;
    text.addEventListener("pointerover", (event) => {
      if (this.beside.matches && event.pointerType === "mouse") this.show(recordOf(event.target));
    });
    text.addEventListener("pointerleave", () => {
      if (this.beside.matches) this.show(this.pinned);
    });
    text.addEventListener("focusin", (event) => this.show(recordOf(event.target)));
    root.addEventListener("click", (event) => this.choose(event));
    document.addEventListener("keydown", (event) => this.leave(event));
    addEventListener("hashchange", () => this.follow());
    this.beside.addEventListener("change", () => this.arrange());
    this.arrange();
    this.follow();
  }

  private show(id: string): void {
    if (!id || id === this.current) return;
    this.mark(false);
    this.current = id;
    this.mark(true);
    this.hint.hidden = true;
    this.records.scrollTop = 0;
  }

  private mark(isCurrent: boolean): void {
    const id = CSS.escape(this.current);
    if (!id) return;
    for (const element of this.root.querySelectorAll(`#${id}, [data-record="${id}"]`)) {
      element.classList.toggle("current", isCurrent);
    }
  }

  /** A click on words keeps their record; a link to a record shows it before the browser scrolls to it. */
  private choose(event: MouseEvent): void {
    const target = event.target as Element;
    const words = target.closest<HTMLElement>("[data-record]");
    if (!target.closest("a") && words && !String(getSelection())) {
      if (words.id) history.replaceState(null, "", `#${words.id}`);
      if (!this.beside.matches) document.getElementById(words.dataset["record"]!)?.scrollIntoView();
    } else if (!target.closest(RECORD_LINK)) {
      return;
    }
    this.pinned = recordOf(target);
    this.show(this.pinned);
  }

  /** Escape leads from a record back to its words. */
  private leave(event: KeyboardEvent): void {
    const record = (event.target as Element).closest?.(".record");
    if (event.key !== "Escape" || !record) return;
    this.root.querySelector<HTMLElement>(`.text a[href="#${CSS.escape(record.id)}"]`)?.focus();
  }

  /** Shows what the address names: a record, or the words whose record it is. */
  private follow(): void {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const id = named?.dataset["record"] ?? (named?.matches(".record") ? named.id : "");
    if (!named || !id) return;
    this.pinned = id;
    this.show(id);
    if (named.matches(".record")) named.focus({ preventScroll: this.beside.matches });
  }

  /** One record at a time where there is room beside the text; all of them under it where there is not. */
  private arrange(): void {
    this.root.classList.toggle("live", this.beside.matches);
    this.hint.hidden = !this.beside.matches || this.current !== "";
  }
}

function recordOf(target: EventTarget | null): string {
  const element = target as Element;
  const link = element.closest<HTMLAnchorElement>(RECORD_LINK);
  return link ? link.hash.slice(1) : (element.closest<HTMLElement>("[data-record]")?.dataset["record"] ?? "");
}

/** Dims at once what is not chosen, and says it in the address, as the form does when it is sent. */
function chooseAtOnce(root: HTMLElement, form: HTMLFormElement, count: HTMLElement): void {
  const clauses = [...root.querySelectorAll<HTMLElement>(".record[data-is]")];
  const choose = (): void => {
    const chosen = [...new FormData(form)].map(([name, value]) => [name, String(value)] as const).filter(([, v]) => v);
    const kept = clauses.filter((clause) => chosen.every(([name, value]) => valuesOf(clause, name).includes(value)));
    const ids = new Set(kept.map((clause) => clause.id));
    for (const words of root.querySelectorAll<HTMLElement>(".clause")) {
      words.classList.toggle("dim", !ids.has(words.dataset["record"] ?? ""));
    }
    root.classList.toggle("choosing", kept.length < clauses.length);
    count.textContent = new Intl.NumberFormat(document.documentElement.lang).format(kept.length);
    const parameters = new URLSearchParams(chosen.map(([name, value]) => [name, value]));
    history.replaceState(null, "", `${location.pathname}?${parameters}${location.hash}`);
  };
  form.querySelector("button")!.hidden = true;
  form.addEventListener("change", choose);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose();
  });
}

function valuesOf(clause: HTMLElement, name: string): string[] {
  return (clause.getAttribute(name === "kind" ? "data-is" : `data-${name}`) ?? "").split(" ");
}

const root = document.querySelector<HTMLElement>("[data-reading]");
const form = document.querySelector<HTMLFormElement>("[data-filters]");
const count = document.querySelector<HTMLElement>("[data-count]");
if (root) new Reading(root);
if (root && form && count) chooseAtOnce(root, form, count);
