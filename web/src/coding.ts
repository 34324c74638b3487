// The coding workbench: single keys for its buttons, and the words that are selected in the text as those of a form.

const KEPT = "coding-keys";
const text = document.querySelector<HTMLElement>(".coded-text");
const toggle = document.querySelector<HTMLInputElement>("#single-keys");

/** Whether the keys that somebody types belong to what has the focus. */
function isTyping(target: EventTarget | null, key: string): boolean {
  const element = target instanceof HTMLElement ? target : null;
  if (element?.closest("input:not([type=checkbox]), textarea, select")) return true;
  return key === "Enter" && Boolean(element?.closest("a, button, summary, input"));
}

/** Do what a key stands for: press its button, or ask for the words that the button needs. */
function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target, event.key)) return;
  const button = document.querySelector<HTMLButtonElement>(`button[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  const missing = button.form?.querySelector<HTMLInputElement>(":invalid:not(fieldset)");
  if (missing) missing.focus();
  else button.click();
}

/** Put the selected words into the forms that ask for words of the text. */
function takeSelection(): void {
  const selection = getSelection();
  const words = selection?.toString().trim();
  if (!words || !text || !selection?.anchorNode || !text.contains(selection.anchorNode)) return;
  for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[name=words]")) field.value = words;
}

if (toggle) {
  toggle.closest<HTMLElement>("[hidden]")?.removeAttribute("hidden");
  toggle.checked = localStorage.getItem(KEPT) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(KEPT, toggle.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (toggle.checked) press(event);
  });
}
document.addEventListener("selectionchange", takeSelection);

export {};
