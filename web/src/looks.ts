/** How the types of nodes look and are called, as the ontology says; their colours come from the style of the pages. */

import { _, readIsland } from "./language";

interface Look {
  /** One of them, and several. */
  one: string;
  name: string;
  /** The name of a colour of the style. */
  colour: string;
}

const LOOKS: Record<string, Look> = {
  ...readIsland<Record<string, Look>>("looks"),
  community: { one: _("community"), name: _("Communities"), colour: "accent" },
};

/** The name of a type: of several, or of one. */
export function typeName(type: string, isOne = false): string {
  const look = LOOKS[type];
  return (isOne ? look?.one : look?.name) ?? (type.split(":")[1] || type || _("Others"));
}

export interface Palette {
  of: (type: string) => string;
  ink: string;
  sheet: string;
  edge: string;
  faded: string;
  accent: string;
}

/** The colours as they are now; `light-dark()` is resolved by asking an element. */
export function readPalette(near: Element): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  near.append(probe);
  const read = (property: string) => {
    probe.style.color = `var(${property})`;
    return toHex(getComputedStyle(probe).color);
  };
  const colours = new Map(Object.entries(LOOKS).map(([type, look]) => [type, read(`--${look.colour}`)]));
  const [ink, sheet, edge, faded, accent, soft] = ["--ink", "--sheet", "--edge", "--line", "--accent", "--soft"].map(read) as
    [string, string, string, string, string, string];
  probe.remove();
  return { of: (type) => colours.get(type) ?? soft, ink, sheet, edge, faded, accent };
}

/** "rgb(1, 2, 3)" as "#010203", which WebGL, SVG and files all read. */
function toHex(colour: string): string {
  const parts = /^rgba?\((\d+), (\d+), (\d+)/.exec(colour);
  return parts ? `#${parts.slice(1, 4).map((part) => Number(part).toString(16).padStart(2, "0")).join("")}` : "#808080";
}
