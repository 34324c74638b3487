/** Where the addresses of this site are, as the root element of the page says: on a server, or in files without one. */

const said = typeof document === "undefined" ? {} : document.documentElement.dataset;
const root = said["root"] ?? "";
const files = said["files"];

/** True where the pages are files: then queries are answered in the browser (`engine.ts`). */
export const isStatic = files !== undefined;

/** The ending of the names of pages' files. */
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
