/** What a stage is, on which a network is drawn. */

import type { Palette } from "./looks";
import type { NetworkGraph, Seen } from "./network";

/** The picture to draw: the visible part of a network, and the nodes that stand out. */
export interface Scene {
  graph: NetworkGraph;
  seen: Seen;
  selected: string;
  /** Nodes that a search found; none where nothing is searched for. */
  found: ReadonlySet<string> | undefined;
}

export interface Stage {
  show(scene: Scene): void;
  /** Make what is seen fill the stage. */
  fit(): void;
  /** Bring a node into view. */
  reveal(id: string): void;
  zoom(factor: number): void;
  /** Take the place that `moved` told of. */
  moveTo(place: string): void;
  palette: Palette;
  end(): void;
}

/** Callbacks for acts of a reader; `moved` is told where the camera is, or nothing where it shows everything. */
export interface StageHandlers {
  select: (id: string) => void;
  focus: (id: string) => void;
  moved: (place: string) => void;
}
