/** The parameters of a saved question: values become terms, which take the place of the variables. */

export interface Parameter {
  name: string;
  variable: string;
  kind: string;
  required: boolean;
  default: string | null;
}

const XSD = "http://www.w3.org/2001/XMLSchema#";
const PATTERNS: Record<string, RegExp> = {
  iri: /^(?:https?|urn):[^\s<>"{}|\\^`]*$/,
  integer: /^[+-]?\d{1,18}$/,
  number: /^[+-]?\d{1,18}(?:\.\d{1,18})?$/,
  date: /^\d{4}-\d\d-\d\d$/,
};
const TYPES: Record<string, string> = { integer: "integer", number: "decimal", date: "date" };
/** A comment, a string, an IRI, or a variable: only the last is replaced. */
const TOKEN = /#[^\n]*|"""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\s]*>|[?$]\w+/g;

/**
 * Put values into a question: its text with terms in place of the variables of its parameters.
 *
 * @throws RangeError the name of a parameter whose value is missing, or not of its kind
 */
export function bind(text: string, parameters: readonly Parameter[], values: ReadonlyMap<string, string>, prefixes: Record<string, string>): string {
  const terms = new Map<string, string>();
  for (const parameter of parameters) {
    const value = values.get(parameter.name) || parameter.default;
    if (value) terms.set(parameter.variable, write(parameter, value, prefixes));
    else if (parameter.required) throw new RangeError(parameter.name);
  }
  return text.replace(TOKEN, (token) => (/^[?$]/.test(token) ? (terms.get(token.slice(1)) ?? token) : token));
}

function write({ name, kind }: Parameter, given: string, prefixes: Record<string, string>): string {
  const [prefix, ...rest] = given.split(":");
  const value = kind === "iri" && Object.hasOwn(prefixes, prefix!) ? prefixes[prefix!]! + rest.join(":") : given;
  if (PATTERNS[kind] && !PATTERNS[kind].test(value)) throw new RangeError(name);
  if (kind === "iri") return `<${value}>`;
  const type = TYPES[kind];
  return JSON.stringify(value) + (type ? `^^<${XSD}${type}>` : kind === "literal" ? "" : `@${kind}`);
}
