/** A menu that opens from a button: a details element that Escape and leaving close. */

import "./menu.css";

export function closeOnEscape(event: KeyboardEvent): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary")!.focus();
  }
}

export function closeOnLeave(event: FocusEvent): void {
  const menu = event.currentTarget as HTMLDetailsElement;
  if (!menu.contains(event.relatedTarget as Node | null)) menu.open = false;
}
