// The page of a statement answers to pointing and choosing. Without this script every clause is a link to its record,
// and the form chooses clauses on the server; the address says the same in either case.

const reading = document.querySelector("[data-reading]");
const form = document.querySelector("[data-filters]");
const beside = matchMedia("(width >= 62rem)");

if (reading) {
  const records = reading.querySelector(".records");
  const hint = records.querySelector(".hint");
  let current = "";
  let pinned = "";

  const mark = (id, isCurrent) => {
    if (!id) return;
    document.getElementById(id)?.classList.toggle("current", isCurrent);
    for (const words of reading.querySelectorAll(`[data-record="${CSS.escape(id)}"]`)) {
      words.classList.toggle("current", isCurrent);
    }
  };

  const show = (id) => {
    if (id === current) return;
    mark(current, false);
    mark(id, true);
    current = id;
    hint.hidden = Boolean(id);
    records.scrollTop = 0;
  };

  const recordOf = (target) => {
    const link = target.closest?.('a[href^="#record-"]');
    return link ? link.hash.slice(1) : (target.closest?.("[data-record]")?.dataset.record ?? "");
  };

  // Whatever the address names: the record itself, or the words whose record it is.
  const follow = () => {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const id = named?.dataset.record ?? (named?.matches(".record") ? named.id : "");
    if (id) {
      pinned = id;
      show(id);
      if (named.matches(".record")) named.focus({ preventScroll: beside.matches });
    }
  };

  // Beside the text one record is shown at a time; under it, where the window is narrow, all of them.
  const arrange = () => {
    reading.classList.toggle("live", beside.matches);
    hint.hidden = !beside.matches || Boolean(current);
  };

  reading.addEventListener("pointerover", (event) => {
    const id = beside.matches && event.pointerType === "mouse" ? recordOf(event.target) : "";
    if (id) show(id);
  });
  reading.querySelector(".text").addEventListener("pointerleave", () => beside.matches && pinned && show(pinned));
  reading.addEventListener("focusin", (event) => {
    const id = event.target.closest(".text") ? recordOf(event.target) : "";
    if (id) show(id);
  });
  reading.addEventListener("click", (event) => {
    const words = event.target.closest("[data-record]");
    if (!words || event.target.closest("a") || String(getSelection())) return;
    pinned = words.dataset.record;
    show(pinned);
    if (words.id) history.replaceState(null, "", `#${words.id}`);
    if (!beside.matches) document.getElementById(pinned).scrollIntoView();
  });
  reading.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#record-"]');
    if (!link) return;
    pinned = link.hash.slice(1); // shown before the browser scrolls to it: what is hidden cannot be scrolled to
    show(pinned);
  });
  document.addEventListener("keydown", (event) => {
    const record = event.target.closest?.(".record");
    if (event.key === "Escape" && record) reading.querySelector(`.text a[href="#${CSS.escape(record.id)}"]`)?.focus();
  });
  addEventListener("hashchange", follow);
  beside.addEventListener("change", arrange);
  arrange();
  follow();
}

if (reading && form) {
  const count = document.querySelector("[data-count]");
  const clauses = [...reading.querySelectorAll(".record")].filter((record) => "holder" in record.dataset);

  const choose = () => {
    const chosen = [...new FormData(form)].filter(([, value]) => value);
    const matches = clauses.filter((record) =>
      chosen.every(([name, value]) => record.getAttribute(`data-${name === "kind" ? "is" : name}`).split(" ").includes(value)),
    );
    const kept = new Set(matches.map((record) => record.id));
    for (const words of reading.querySelectorAll(".clause")) {
      words.classList.toggle("dim", !kept.has(words.dataset.record));
    }
    count.textContent = new Intl.NumberFormat(document.documentElement.lang).format(matches.length);
    const address = new URLSearchParams(chosen);
    history.replaceState(null, "", `?${address}${location.hash}`);
  };

  form.querySelector("button").hidden = true;
  form.addEventListener("change", choose);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose();
  });
}
