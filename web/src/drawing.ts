/** What is seen of a network as SVG: for saving, and in place of WebGL where a browser has none. */

import type { NetworkGraph, Seen } from "./network";
import type { Palette } from "./looks";

const MARGIN = 80;
const MOST_LABELS = 150;
const LONGEST_LABEL = 40;
const FEW = 60;

/** Draw the nodes that are shown, with their places, sizes and colours. */
export function drawSvg(graph: NetworkGraph, seen: Seen, palette: Palette, title: string): string {
  const shown = [...seen.nodes].map((id) => ({ id, ...graph.getNodeAttributes(id) }));
  const xs = shown.map((node) => node.x);
  const ys = shown.map((node) => -node.y);
  const [left, top] = [least(xs), least(ys)];
  const scale = 900 / Math.max(greatest(xs) - left, greatest(ys) - top, 1);
  const at = (node: { x: number; y: number }) => [MARGIN + (node.x - left) * scale, MARGIN + (-node.y - top) * scale] as const;
  const width = 2 * MARGIN + (greatest(xs) - left) * scale;
  const height = 2 * MARGIN + (greatest(ys) - top) * scale;
  const letters = shown.length <= FEW ? 14 : 10;
  const lines: string[] = [];
  const onPath = new Set(seen.path);
  graph.forEachEdge((_, { size }, source, target, one, other) => {
    if (!seen.nodes.has(source) || !seen.nodes.has(target) || !seen.hasEdge(source, target)) return;
    const [[x1, y1], [x2, y2]] = [at(one), at(other)];
    const isPath = onPath.has(source) && onPath.has(target);
    lines.push(`<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${isPath ? palette.accent : palette.edge}" stroke-width="${round(isPath ? size + 2 : size)}" stroke-opacity="${isPath ? 1 : 0.5}"/>`);
  });
  const labelled = new Set([...shown].sort((a, b) => b.size - a.size).slice(0, MOST_LABELS).map((node) => node.id));
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
</svg>
`;
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
