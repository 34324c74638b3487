/** The visible part of a network as SVG: for saving, and in place of WebGL where a browser has none. */

import { number } from "./language";
import { typeName, type Palette } from "./looks";
import type { NetworkGraph, Seen } from "./network";

const MARGIN = 80;
const MOST_LABELS = 150;
const LONGEST_LABEL = 40;
const FEW = 60;
const LEAST_WIDTH = 752;
const EDGE = 24;
const LETTER_WIDTH = 0.6; // of the size of the type: no more in any sans serif that browsers have, on average of a line

interface Part {
  text: string;
  height: number;
}

const none: Part = { text: "", height: 0 };

/** The words around a drawing that is saved: its title, what is shown, and whose it is. */
export interface Caption {
  title: string;
  told: string;
  credit: readonly string[];
}

/** Draw the nodes that are shown, with their places, sizes and colours; with a caption, also it and the types' signs. */
export function drawSvg(graph: NetworkGraph, seen: Seen, palette: Palette, title: string, caption?: Caption): string {
  const shown = [...seen.nodes].map((id) => ({ id, ...graph.getNodeAttributes(id) }));
  const xs = shown.map((node) => node.x);
  const ys = shown.map((node) => -node.y);
  const [left, top] = [least(xs), least(ys)];
  const scale = 900 / Math.max(greatest(xs) - left, greatest(ys) - top, 1);
  const letters = shown.length <= FEW ? 14 : 10;
  const labelled = new Set([...shown].sort((a, b) => b.size - a.size).slice(0, MOST_LABELS).map((node) => node.id));
  const longest = Math.max(0, ...shown.filter((node) => labelled.has(node.id)).map((node) => cut(node.label).length));
  const side = Math.max(MARGIN, longest * letters * LETTER_WIDTH / 2 + MARGIN / 4); // no label is cut at the edge
  const width = Math.max(2 * side + (greatest(xs) - left) * scale, caption ? LEAST_WIDTH : 0);
  const [above, below] = caption ? frame(caption, shown.map((node) => node.node.type), palette, width) : [none, none];
  const at = (node: { x: number; y: number }) =>
    [side + (node.x - left) * scale, above.height + MARGIN + (-node.y - top) * scale] as const;
  const bottom = above.height + 2 * MARGIN + (greatest(ys) - top) * scale;
  const height = bottom + below.height;
  const lines: string[] = [];
  const onPath = new Set(seen.path);
  graph.forEachEdge((_, { size }, source, target, one, other) => {
    if (!seen.nodes.has(source) || !seen.nodes.has(target) || !seen.hasEdge(source, target)) return;
    const [[x1, y1], [x2, y2]] = [at(one), at(other)];
    const isPath = onPath.has(source) && onPath.has(target);
    lines.push(`<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${isPath ? palette.accent : palette.edge}" stroke-width="${round(isPath ? size + 2 : size)}" stroke-opacity="${isPath ? 1 : 0.5}"/>`);
  });
  const circles = shown.map((node) => {
    const [x, y] = at(node);
    const circle = `<circle cx="${round(x)}" cy="${round(y)}" r="${round(node.size)}" fill="${palette.of(node.node.type)}" stroke="${palette.sheet}"><title>${escape(node.label)}</title></circle>`;
    const text = labelled.has(node.id)
      ? `<text x="${round(x)}" y="${round(y + node.size + letters + 1)}" text-anchor="middle" font-size="${letters}" fill="${palette.ink}" stroke="${palette.sheet}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">${escape(cut(node.label))}</text>`
      : "";
    return `<g data-node="${escape(node.id)}">${circle}${text}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" font-family="system-ui, sans-serif" role="img">
<title>${escape(title)}</title>
<rect width="100%" height="100%" fill="${palette.sheet}"/>
<g>${lines.join("\n")}</g>
<g>${circles.join("\n")}</g>
${above.text}<g transform="translate(0 ${round(bottom)})">${below.text}</g>
</svg>
`;
}

/** Write a caption: title and what is shown above, the signs of the types and the credit below, each with its height. */
function frame(caption: Caption, types: readonly string[], palette: Palette, width: number): [Part, Part] {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  const above: string[] = [];
  const below: string[] = [];
  let y = EDGE;
  const write = (into: string[], text: string, points: number, weight = ""): void => {
    for (const line of wrap(text, (width - 2 * EDGE) / (points * LETTER_WIDTH))) {
      y += points * 1.3;
      into.push(`<text x="${EDGE}" y="${round(y)}" font-size="${points}" fill="${palette.ink}"${weight}>${escape(line)}</text>`);
    }
    y += 6;
  };
  write(above, caption.title, 20, ' font-weight="bold"');
  write(above, caption.told, 14);
  const heightAbove = y;
  y = 0;
  for (const [type, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    y += 20;
    below.push(`<rect x="${EDGE}" y="${round(y - 10)}" width="11" height="11" rx="5.5" fill="${palette.of(type)}"/>`
      + `<text x="${EDGE + 18}" y="${round(y)}" font-size="13" fill="${palette.ink}">${escape(`${typeName(type)}: ${number(count)}`)}</text>`);
  }
  y += 12;
  for (const line of caption.credit) write(below, line, 12);
  return [{ text: above.join("\n"), height: heightAbove }, { text: below.join("\n"), height: y + EDGE }];
}

function wrap(text: string, characters: number): string[] {
  const lines = [""];
  for (const word of text.split(/ +/)) {
    const last = lines[lines.length - 1]!;
    if (last && last.length + 1 + word.length > characters) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

/** Text as it may stand in XML: what XML 1.0 has no character for is left out. */
export function escape(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

function cut(label: string): string {
  return label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1).trimEnd()}…` : label;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

// Math.min(...values) overflows the stack at some 100,000 values.
function least(values: number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function greatest(values: number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

/** An SVG as PNG, twice as large as it is drawn. */
export async function toPng(svg: string): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth * 2, image.naturalHeight * 2];
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new Error("PNG");
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}
