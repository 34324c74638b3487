/** The stages there are: by WebGL (sigma), or as SVG in a browser that has none. */

import type { Stage, StageHandlers } from "./stage";
import { SvgStage } from "./svg-stage";
import { WebglStage } from "./webgl-stage";

/** Make the stage that the browser can draw on. */
export function createStage(host: HTMLElement, handlers: StageHandlers): Stage {
  try {
    if (document.createElement("canvas").getContext("webgl2")) return new WebglStage(host, handlers);
  } catch {
    // the driver refused: SVG does
  }
  host.replaceChildren();
  return new SvgStage(host, handlers.select);
}
