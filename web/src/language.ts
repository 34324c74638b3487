/** The reader's language: that of the page, as the server chose it. */

export type Language = "en" | "fr";

export const language: Language =
  typeof document !== "undefined" && document.documentElement.lang === "fr" ? "fr" : "en";

/** The one of two texts that is in the reader's language. */
export function t(en: string, fr: string): string {
  return language === "fr" ? fr : en;
}

const locale = t("en-GB", "fr-FR"); // as the server writes dates and numbers
const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 12 });
const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });

/** A number in the reader's form. */
export function number(value: number): string {
  return numbers.format(value);
}

/** An ISO date in the reader's form; what is no date stays as it is. */
export function day(iso: string): string {
  const date = new Date(`${iso}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(iso) && !Number.isNaN(date.getTime()) ? days.format(date) : iso;
}

/** A number of bytes, in the reader's form. */
export function size(bytes: number): string {
  const [value, unit] = bytes < 1000 ? [bytes, t("bytes", "octets")]
    : bytes < 1e6 ? [bytes / 1e3, t("kB", "ko")] : [bytes / 1e6, t("MB", "Mo")];
  return `${number(Number(value.toPrecision(3)))} ${unit}`;
}

/** French punctuation keeps to its word: a space before ? ! : ; » does not break. */
export function typeset(text: string): string {
  return language === "fr" ? text.replace(/ (?=[?!:;»])/g, "\u00a0") : text;
}
