/** The labels of nodes on a canvas: beside the node, on the side where there is room, and never over another. */

import type { NodeHoverDrawingFunction, NodeLabelDrawingFunction } from "sigma/rendering";
import type { Palette } from "./looks";
import type { EdgeAttributes, NodeAttributes } from "./network";

export class NodeLabels {
  /** Where labels are already, in this drawing. */
  private taken: { x: number; y: number; width: number }[] = [];

  /** `measure` tells how wide the canvas is now, in pixels, and its colours. */
  constructor(private measure: () => { width: number; palette: Palette }) {}

  /** Begin another drawing. */
  clear(): void {
    this.taken = [];
  }

  /** Draw a label where it is free, with an outline that parts it from lines. */
  readonly draw: NodeLabelDrawingFunction<NodeAttributes, EdgeAttributes> = (context, data, settings) => {
    if (!data.label) return;
    const { palette } = this.measure();
    context.font = `${settings.labelSize}px ${settings.labelFont}`;
    const width = context.measureText(data.label).width;
    const [x, y] = [this.findSide(data, width), data.y];
    const isFree = this.taken.every((box) => x > box.x + box.width || x + width < box.x || Math.abs(y - box.y) > settings.labelSize + 3);
    if (!isFree) return;
    this.taken.push({ x, y, width });
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = palette.sheet;
    context.strokeText(data.label, x, y + settings.labelSize / 3);
    context.fillStyle = palette.ink;
    context.fillText(data.label, x, y + settings.labelSize / 3);
  };

  /** Draw the label of the node that is pointed at, on a plate in the colours of the page. */
  readonly drawHover: NodeHoverDrawingFunction<NodeAttributes, EdgeAttributes> = (context, data, settings) => {
    const { palette } = this.measure();
    const label = data.label ?? "";
    context.font = `600 ${settings.labelSize}px ${settings.labelFont}`;
    const width = label ? context.measureText(label).width + 12 : 0;
    const height = settings.labelSize + 10;
    const x = this.findSide(data, width);
    context.fillStyle = palette.sheet;
    context.strokeStyle = palette.accent;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(data.x, data.y, data.size + 3, 0, Math.PI * 2);
    if (label) context.roundRect(x, data.y - height / 2, width, height, 4);
    context.fill();
    context.stroke();
    context.fillStyle = palette.ink;
    context.fillText(label, x + 6, data.y + settings.labelSize / 3);
  };

  /** Return where a label begins: right of its node, or left of it where it would leave the canvas. */
  private findSide(node: { x: number; size: number }, width: number): number {
    const right = node.x + node.size + 4;
    return right + width > this.measure().width ? Math.max(node.x - node.size - 4 - width, 2) : right;
  }
}
