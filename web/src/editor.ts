/** The query editor: CodeMirror in a shadow root, where its styles are constructable sheets that the CSP allows. */

import { autocompletion } from "@codemirror/autocomplete";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { sparql } from "codemirror-lang-sparql";
import { completionSource, type Found, type Terms } from "./completion";
import { _ } from "./language";

const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.definitionKeyword, tags.operatorKeyword, tags.modifier], color: "var(--recognition)", fontWeight: "600" },
  { tag: [tags.variableName], color: "var(--pledge)" },
  { tag: [tags.string, tags.literal], color: "var(--report)" },
  { tag: [tags.number, tags.bool, tags.atom], color: "var(--call)" },
  { tag: [tags.url, tags.namespace, tags.typeName, tags.propertyName], color: "var(--reaffirmation)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

const theme = EditorView.theme({
  "&": { backgroundColor: "var(--sheet)", color: "var(--ink)", fontSize: ".9rem", border: "1px solid var(--edge)", borderRadius: "var(--radius)" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", minHeight: "17rem", maxHeight: "60vh", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".5rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--wash)", color: "var(--soft)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--wash) 55%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--line)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--pledge-wash)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--mark)", outline: "1px solid var(--edge)" },
  ".cm-selectionMatch": { backgroundColor: "var(--mark)" },
  ".cm-tooltip": { backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "var(--radius)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16rem", maxWidth: "min(40rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".2rem .5rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { color: "var(--soft)", fontFamily: "var(--sans)", fontStyle: "normal", marginLeft: "1rem" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--danger)", whiteSpace: "pre-wrap" },
  ".cm-panels": { backgroundColor: "var(--wash)", color: "var(--ink)" },
  ".cm-panels button, .cm-panels input": { backgroundImage: "none", backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--edge)" },
});

/** The words of CodeMirror's own panels. */
const phrases = {
  "Find": _("Find"), "Replace": _("Replace"), "next": _("next"), "previous": _("previous"), "all": _("all"),
  "match case": _("match case"), "by word": _("by word"), "regexp": _("regexp"), "replace": _("replace"),
  "replace all": _("replace all"), "close": _("close"), "Completions": _("Completions"), "Diagnostics": _("Diagnostics"),
};

/**
 * Typing over a selection, done by CodeMirror: Chromium's own editing would keep the look of what was there in a style
 * attribute, which the Content-Security-Policy forbids.
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    const text = event.data;
    if (event.inputType !== "insertText" || text === null || event.isComposing || empty) return false;
    event.preventDefault();
    const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
    return true;
  },
});

export interface Options {
  text: string;
  terms: () => Terms;
  search: (words: string) => Promise<Found[]>;
  run: () => void;
  change: (text: string) => void;
}

/** Make an editor inside `host`, which becomes a shadow host. */
export function createEditor(host: HTMLElement, options: Options): EditorView {
  const root = host.attachShadow({ mode: "open" });
  const run = () => { options.run(); return true; };
  return new EditorView({
    parent: root as unknown as Element, // CodeMirror takes any node that can be appended to
    root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
        basicSetup,
        sparql(),
        syntaxHighlighting(highlighting),
        theme,
        lintGutter(),
        typeOver,
        EditorView.lineWrapping,
        EditorView.darkTheme.of(matchMedia("(prefers-color-scheme: dark)").matches),
        autocompletion({ icons: false, override: [completionSource(options.terms, options.search)] }),
        EditorView.contentAttributes.of({ "aria-label": _("Query"), spellcheck: "false" }),
        EditorState.phrases.of(phrases),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.change(update.state.doc.toString());
        }),
      ],
    }),
  });
}

/** Replaces the text, as an edit that can be undone. */
export function setText(view: EditorView, text: string): void {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
}

/** Mark what is wrong at a line and column, which count from 1, and go there; without them, clear the marks. */
export function markError(view: EditorView, message?: string, line?: number, column?: number): void {
  if (!message || !line) {
    view.dispatch(setDiagnostics(view.state, []));
    return;
  }
  const at = view.state.doc.line(Math.min(line, view.state.doc.lines));
  const from = Math.min(at.from + Math.max((column ?? 1) - 1, 0), at.to);
  const word = /^[^\s.;,{}()]+/.exec(view.state.sliceDoc(from, at.to));
  const [start, end] = from < at.to ? [from, from + (word?.[0].length ?? 1)] : [Math.max(at.from, from - 1), at.to];
  view.dispatch(setDiagnostics(view.state, [{ from: start, to: end, severity: "error", message }]));
  view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
}
