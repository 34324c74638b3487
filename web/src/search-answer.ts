// The head of the answer to a question that the search recognised, as the engine in the browser gives it.

import { ask, findLabels, ROWS } from "./endpoint";
import { _, day, language, ngettext, number } from "./language";
import { bind } from "./parameters";
import { readAnswer } from "./rows";
import type { Recognised } from "./search-questions";
import { isDate, isNumber, linkTo, PREFIXES, shorten, type Term } from "./terms";

const [ROWS_SHOWN, COLUMNS_SHOWN] = [3, 5];

class AnswerHead extends HTMLElement {
  async show({ question, values }: Recognised): Promise<void> {
    const answer = await ask(bind(question.text, question.parameters, values, PREFIXES), ROWS);
    const { names, rows, truth } = readAnswer(answer.text, answer.type);
    if (truth !== undefined) {
      this.innerHTML = "<p class='lead'><strong></strong></p>";
      this.querySelector("strong")!.textContent = truth ? _("Yes") : _("No");
      return;
    }
    if (!rows.length) {
      this.textContent = _("The answer has no rows.");
      return;
    }
    const shown = rows.slice(0, ROWS_SHOWN);
    const labels = await findLabels(shown.flatMap((row) => Object.values(row)).filter(({ type }) => type === "uri").map(({ value }) => value));
    const said = new Set<string>(); // a thing and its name are one column
    const columns = names.filter((name) => {
      const texts = shown.map((row) => (row[name] ? (labels.get(row[name].value) ?? row[name].value) : "")).join("\n");
      return question.columns[name] && !said.has(texts) && said.add(texts);
    }).slice(0, COLUMNS_SHOWN);
    const table = document.createElement("table");
    table.className = "answer";
    const head = table.createTHead().insertRow();
    for (const name of columns) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = question.columns[name]![language] ?? question.columns[name]!["en"]!;
      head.append(cell);
    }
    const body = table.createTBody();
    for (const row of shown) {
      const line = body.insertRow();
      for (const name of columns) line.insertCell().append(write(row[name], labels));
    }
    const scroll = document.createElement("div");
    scroll.className = "scroll";
    scroll.append(table);
    const count = document.createElement("p");
    count.className = "area";
    count.textContent = ngettext("%(num)s row", "%(num)s rows", rows.length, { num: number(rows.length) });
    this.replaceChildren(scroll, count);
  }
}

function write(term: Term | undefined, labels: ReadonlyMap<string, string>): string | HTMLElement {
  if (!term) return "";
  if (term.type === "uri") {
    const link = document.createElement("a");
    link.href = linkTo(term.value);
    link.textContent = labels.get(term.value) ?? shorten(term.value);
    return link;
  }
  return isNumber(term) ? number(Number(term.value)) : isDate(term) ? day(term.value) : term.value;
}

customElements.define("ukfr-answer-head", AnswerHead);
