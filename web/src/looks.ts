/** How the types of nodes look and are called: colours come from the style of the pages, in light and dark. */

import { t } from "./language";

interface Look {
  name: string;
  property: string;
}

const LOOKS: Record<string, Look> = {
  "ukfr:Clause": { name: t("Clauses", "Clauses"), property: "--pledge" },
  "ukfr:Actor": { name: t("Actors", "Acteurs"), property: "--call" },
  "ukfr:Instrument": { name: t("Instruments", "Instruments"), property: "--report" },
  "skos:Concept": { name: t("Topics", "Thèmes"), property: "--recognition" },
  "ukfr:Place": { name: t("Places", "Lieux"), property: "--reaffirmation" },
  "ukfr:Quantity": { name: t("Figures", "Chiffres"), property: "--caution" },
  community: { name: t("Communities", "Communautés"), property: "--accent" },
};

export function typeName(type: string): string {
  return LOOKS[type]?.name ?? (type.split(":")[1] || type || t("Others", "Autres"));
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
  const colours = new Map(Object.entries(LOOKS).map(([type, look]) => [type, read(look.property)]));
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
