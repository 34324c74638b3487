/** The reader's language: that of the page, as the server chose it, and the messages of its catalogue. */

export const language = (typeof document !== "undefined" && document.documentElement.lang) || "en";

type Values = Record<string, string | number>;
/** The part of the catalogue in the page: for each message a translation, or one for each plural category. */
type Messages = Record<string, string | Record<string, string>>;

/** Data that pages without a server share: in a script, in place of elements of each page. */
const shared = (globalThis as { ukfrShared?: Record<string, object> }).ukfrShared ?? {};
const messages = readIsland<Messages>("messages");
const locale = language === "en" ? "en-GB" : language; // as the server writes dates and numbers
const plurals = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 12 });
const longDays = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });

/** Return the JSON for scripts in the element of an id, or the shared one; an empty object where there is none. */
export function readIsland<T extends object>(id: string): T {
  const island = typeof document !== "undefined" && document.getElementById(id);
  return (island && island.textContent ? JSON.parse(island.textContent) : shared[id] ?? {}) as T;
}

/** A message in the reader's language, with its `%(name)s` filled in; the call is found by `make messages`. */
export function _(message: string, values: Values = {}): string {
  const found = messages[message];
  return fill(typeof found === "string" ? found : message, values);
}

/** A message whose form follows a count, which is not filled in by itself. */
export function ngettext(one: string, many: string, count: number, values: Values = {}): string {
  const forms = messages[one];
  const form = typeof forms === "object" ? (forms[plurals.select(count)] ?? forms["other"]) : undefined;
  return fill(form ?? (count === 1 ? one : many), values);
}

function fill(text: string, values: Values): string {
  return text.replace(/%\((\w+)\)s/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A number in the reader's form. */
export function number(value: number): string {
  return numbers.format(value);
}

/** An ISO date in the reader's form; what is no date stays as it is. */
export function day(iso: string): string {
  const date = new Date(`${iso}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(iso) && !Number.isNaN(date.getTime()) ? days.format(date) : iso;
}

/** An ISO date in full, as the pages themselves write it. */
export function longDay(iso: string): string {
  const said = longDays.format(new Date(`${iso}T00:00:00Z`));
  return language === "fr" ? said.replace(/^1 /, "1er ") : said;
}

/** A number of bytes, in the reader's form. */
export function size(bytes: number): string {
  const [value, unit] = bytes < 1000 ? [bytes, _("bytes")]
    : bytes < 1e6 ? [bytes / 1e3, _("kB")] : [bytes / 1e6, _("MB")];
  return `${number(Number(value.toPrecision(3)))} ${unit}`;
}

/** A space before ? ! : ; » does not break, where a language has one there. */
export function typeset(text: string): string {
  return text.replace(/ (?=[?!:;»])/g, "\u00a0");
}
