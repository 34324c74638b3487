/** Where the addresses of this site are, as the page says in the `data-root` of its root element. */

const root = (typeof document !== "undefined" && document.documentElement.dataset["root"]) || "";

/** The address under which a page or an answer of this site is found, such as `/doc/place/calais`. */
export function place(address: string): string {
  return root + address;
}
