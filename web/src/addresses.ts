/** Where the addresses of this site are, as the root element of the page says: on a server, or in files without one. */

const said = typeof document === "undefined" ? {} : document.documentElement.dataset;
const root = said["root"] ?? "";
const files = said["files"];

/** Whether the pages are files: then what a server would answer is answered in the browser (`engine.ts`). */
export const isStatic = files !== undefined;

/** What the name of a page's file ends with. */
export const suffix = isStatic ? ".html" : "";

/** The address under which a page or an answer of this site is found, such as `/doc/place/calais`. */
export function place(address: string): string {
  if (!isStatic) return root + address;
  const [, path, rest] = /^([^?#]*)(.*)$/.exec(address)!;
  return `${root}${path === "/" ? "/index" : path}${suffix}${rest}`;
}

/** The address of a file that has no language, such as `export/rdf/dataset.nq.gz`. */
export function placeFile(name: string): string {
  return `${files ?? root}/${name}`;
}
