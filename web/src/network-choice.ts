/** What a reader has chosen of a network, as it stands in an address; the names are those of /export/network. */

import type { Choice } from "./network";
import { expand } from "./terms";

/** The parameters of a choice, of what is selected, and of the place of the camera. */
export const VIEW_PARAMETERS = ["type", "focus", "steps", "from", "to", "select", "camera"] as const;

export const MOST_STEPS = 10;

export const EVERYTHING: Choice = { types: new Set(), focus: "", steps: 1, from: "", to: "" };

export function readChoice(address: URLSearchParams): Choice {
  const iri = (name: string): string => expand(address.get(name) ?? "");
  const steps = Math.min(Math.max(Number(address.get("steps") ?? 1) || 0, 0), MOST_STEPS);
  return { types: new Set(address.getAll("type")), focus: iri("focus"), steps, from: iri("from"), to: iri("to") };
}

export function writeChoice({ types, focus, steps, from, to }: Choice): URLSearchParams {
  const address = new URLSearchParams([...types].map((type) => ["type", type]));
  if (focus) {
    address.set("focus", focus);
    address.set("steps", String(steps));
  }
  if (from && to) {
    address.set("from", from);
    address.set("to", to);
  }
  return address;
}

/** Return whether surroundings or a path are chosen: what an overview by communities does not have. */
export function needsServer({ focus, from, to }: Choice): boolean {
  return Boolean(focus || (from && to));
}

/** Return whether two choices have the same surroundings or path. */
export function isSamePart(one: Choice, other: Choice): boolean {
  return (["focus", "steps", "from", "to"] as const).every((name) => one[name] === other[name]);
}
