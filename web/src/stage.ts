/** Where a network is drawn: by WebGL (sigma), or as SVG in a browser that has none. */

import Sigma from "sigma";
import { EdgeLineProgram, type NodeHoverDrawingFunction, type NodeLabelDrawingFunction } from "sigma/rendering";
import type { Settings } from "sigma/settings";
import { drawSvg } from "./drawing";
import { _ } from "./language";
import { readPalette, type Palette } from "./looks";
import type { EdgeAttributes, NetworkGraph, NodeAttributes, Seen } from "./network";

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
  /** Brings a node into view. */
  reveal(id: string): void;
  zoom(factor: number): void;
  /** Take the place that `moved` told of. */
  moveTo(place: string): void;
  palette: Palette;
  end(): void;
}

/** From here on only what changes is drawn anew, and nothing is dimmed around what is selected. */
const MANY = 2000;
const MOST_ARROWS = 3000;
const MOST_SVG_NODES = 3000;
const LONGEST_LABEL = 36;
const USUAL_WIDTH = 700;
const EVERYTHING = "0.5,0.5,1.05";

/** Callbacks for acts of a reader; `moved` is told where the camera is, or nothing where it shows everything. */
export interface Deeds {
  select: (id: string) => void;
  focus: (id: string) => void;
  moved: (place: string) => void;
}

/** Make the stage that the browser can draw on. */
export function createStage(host: HTMLElement, deeds: Deeds): Stage {
  try {
    if (document.createElement("canvas").getContext("webgl2")) return new WebglStage(host, deeds);
  } catch {
    // the driver refused: SVG does
  }
  host.replaceChildren();
  return new SvgStage(host, deeds.select);
}

class WebglStage implements Stage {
  palette: Palette;
  private sigma: Sigma<NodeAttributes, EdgeAttributes> | undefined;
  private scene: Scene | undefined;
  private hovered = "";
  private near: Set<string> = new Set();
  /** Nodes are smaller on a smaller stage. */
  private scale = 1;
  /** Where labels are already, in this drawing: no label is drawn over another. */
  private labels: { x: number; y: number; width: number }[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
  private readonly duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300;

  constructor(private host: HTMLElement, private deeds: Deeds) {
    this.palette = readPalette(host);
    this.dark.addEventListener("change", this.recolour);
  }

  show(scene: Scene): void {
    const isNew = scene.graph !== this.scene?.graph;
    const isOther = isNew || scene.seen !== this.scene?.seen;
    const isRestyled = isOther || scene.found !== this.scene?.found;
    this.scene = scene;
    if (isNew) this.start(scene.graph);
    this.scale = Math.min(1, Math.max(0.5, this.host.clientWidth / USUAL_WIDTH));
    const before = this.near;
    this.mark();
    if (isOther) this.frame(isNew);
    if (isRestyled || scene.graph.order <= MANY) this.sigma!.refresh({ skipIndexation: !isNew });
    else this.redraw(new Set([...before, ...this.near]));
  }

  /** Draw some nodes and their edges anew. */
  private redraw(nodes: Set<string>): void {
    const { graph } = this.scene!;
    const edges = new Set([...nodes].flatMap((id) => (graph.degree(id) < MANY ? graph.edges(id) : [])));
    this.sigma!.refresh({ partialGraph: { nodes: [...nodes], edges: [...edges] }, skipIndexation: true });
  }

  private start(graph: NetworkGraph): void {
    this.sigma?.kill();
    const isLarge = graph.order > MANY;
    const settings: Partial<Settings<NodeAttributes, EdgeAttributes>> = {
      allowInvalidContainer: true,
      defaultEdgeType: graph.type === "directed" && graph.size <= MOST_ARROWS ? "arrow" : "line",
      edgeProgramClasses: graph.size > MOST_ARROWS ? { line: EdgeLineProgram } : {},
      hideEdgesOnMove: isLarge,
      hideLabelsOnMove: isLarge,
      labelDensity: isLarge ? 0.4 : 0.8,
      labelGridCellSize: 110,
      labelRenderedSizeThreshold: graph.order <= 60 ? 0 : 5,
      labelFont: getComputedStyle(this.host).fontFamily,
      labelSize: 12.5,
      labelColor: { color: this.palette.ink },
      zIndex: !isLarge,
      minCameraRatio: 0.01,
      maxCameraRatio: 3,
      doubleClickZoomingRatio: 1,
      defaultDrawNodeHover: this.drawHover,
      defaultDrawNodeLabel: this.drawLabel,
      nodeReducer: (id, attributes) => this.lookOfNode(id, attributes),
      edgeReducer: (id, attributes) => this.lookOfEdge(id, attributes),
    };
    const sigma = (this.sigma = new Sigma(graph, this.host, settings));
    sigma.on("beforeRender", () => { this.labels = []; });
    sigma.on("clickNode", ({ node }) => this.deeds.select(node));
    sigma.on("doubleClickNode", ({ node }) => this.deeds.focus(node));
    sigma.on("clickStage", () => this.deeds.select(""));
    sigma.getCamera().on("updated", (state) => {
      clearTimeout(this.timer);
      const place = [state.x, state.y, state.ratio].map((value) => String(Math.round(value * 1000) / 1000)).join(",");
      this.timer = setTimeout(() => this.deeds.moved(place === EVERYTHING ? "" : place), 250);
    });
    if (!isLarge) {
      sigma.on("enterNode", ({ node }) => this.hover(node));
      sigma.on("leaveNode", () => this.hover(""));
    }
  }

  private hover(id: string): void {
    this.hovered = id;
    this.mark();
    this.host.classList.toggle("pointing", id !== "");
    this.sigma?.refresh({ skipIndexation: true });
  }

  /** The neighbours of what is pointed at or selected stand out. */
  private mark(): void {
    const { graph, selected } = this.scene!;
    const centre = this.hovered || selected;
    this.near = graph.hasNode(centre) ? new Set([centre, ...graph.neighbors(centre)]) : new Set();
  }

  private lookOfNode(id: string, { node, size, label, x, y }: NodeAttributes): Record<string, unknown> {
    const { graph, seen, selected, found } = this.scene!;
    if (!seen.nodes.has(id)) return { x, y, size, hidden: true };
    const isDim = found ? !found.has(id) : !seen.path.length && graph.order <= MANY && this.near.size > 0 && !this.near.has(id);
    const isMarked = id === selected || found?.has(id) || seen.path.includes(id);
    return {
      x, y,
      size: size * this.scale * (id === selected ? 1.35 : 1),
      label: isDim ? "" : label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1).trimEnd()}…` : label,
      color: isDim ? this.palette.faded : this.palette.of(node.type),
      highlighted: id === selected,
      forceLabel: Boolean(isMarked) && (found?.size ?? 0) < 30,
      zIndex: isMarked ? 2 : isDim ? 0 : 1,
    };
  }

  private lookOfEdge(id: string, { size }: EdgeAttributes): Record<string, unknown> {
    const { graph, seen, selected } = this.scene!;
    const [source, target] = graph.extremities(id);
    if (!seen.hasEdge(source, target)) return { hidden: true };
    const centre = this.hovered || selected;
    const isPath = seen.path.length > 0 && seen.path.includes(source) && seen.path.includes(target);
    const isNear = isPath || (this.near.size > 0 && (source === centre || target === centre));
    return {
      size: isPath ? size + 2 : size,
      color: isNear ? this.palette.accent : (this.near.size > 0 && graph.order <= MANY) || graph.size > MOST_ARROWS ? this.palette.faded : this.palette.edge,
      zIndex: isNear ? 1 : 0,
    };
  }

  /** A label beside its node, on the side where there is room, with an edge that parts it from lines. */
  private drawLabel: NodeLabelDrawingFunction<NodeAttributes, EdgeAttributes> = (context, data, settings) => {
    if (!data.label) return;
    context.font = `${settings.labelSize}px ${settings.labelFont}`;
    const width = context.measureText(data.label).width;
    const right = data.x + data.size + 4;
    const x = right + width > this.host.clientWidth ? Math.max(data.x - data.size - 4 - width, 2) : right;
    const y = data.y;
    const isFree = this.labels.every((box) => x > box.x + box.width || x + width < box.x || Math.abs(y - box.y) > settings.labelSize + 3);
    if (!isFree) return;
    this.labels.push({ x, y, width });
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = this.palette.sheet;
    context.strokeText(data.label, x, y + settings.labelSize / 3);
    context.fillStyle = this.palette.ink;
    context.fillText(data.label, x, data.y + settings.labelSize / 3);
  };

  /** The label of the node that is pointed at, on a plate in the colours of the page. */
  private drawHover: NodeHoverDrawingFunction<NodeAttributes, EdgeAttributes> = (context, data, settings) => {
    const label = data.label ?? "";
    context.font = `600 ${settings.labelSize}px ${settings.labelFont}`;
    const width = label ? context.measureText(label).width + 12 : 0;
    const height = settings.labelSize + 10;
    context.fillStyle = this.palette.sheet;
    context.strokeStyle = this.palette.accent;
    context.lineWidth = 2;
    context.beginPath();
    const right = data.x + data.size + 4;
    const x = right + width > this.host.clientWidth ? Math.max(data.x - data.size - 4 - width, 2) : right;
    context.arc(data.x, data.y, data.size + 3, 0, Math.PI * 2);
    if (label) context.roundRect(x, data.y - height / 2, width, height, 4);
    context.fill();
    context.stroke();
    context.fillStyle = this.palette.ink;
    context.fillText(label, x + 6, data.y + settings.labelSize / 3);
  };

  /** Lets what is seen fill the stage. */
  private frame(atOnce: boolean): void {
    const { graph, seen } = this.scene!;
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const id of seen.nodes) {
      const { x, y } = graph.getNodeAttributes(id);
      [left, right, bottom, top] = [Math.min(left, x), Math.max(right, x), Math.min(bottom, y), Math.max(top, y)];
    }
    if (left > right) return;
    const least = Math.max((right - left) * 0.05, (top - bottom) * 0.05, 20);
    this.sigma!.setCustomBBox({ x: [left - least, right + least], y: [bottom - least, top + least] });
    const camera = this.sigma!.getCamera();
    if (atOnce || !this.duration) camera.setState({ x: 0.5, y: 0.5, ratio: 1.05, angle: 0 });
    else void camera.animate({ x: 0.5, y: 0.5, ratio: 1.05, angle: 0 }, { duration: this.duration });
  }

  fit(): void {
    this.frame(false);
    this.sigma?.refresh();
  }

  reveal(id: string): void {
    const sigma = this.sigma;
    const place = sigma?.getNodeDisplayData(id);
    if (!sigma || !place) return;
    const { width, height } = sigma.getDimensions();
    const point = sigma.framedGraphToViewport(place);
    if (point.x > width * 0.1 && point.x < width * 0.9 && point.y > height * 0.1 && point.y < height * 0.9) return;
    const state = { x: place.x, y: place.y };
    if (this.duration) void sigma.getCamera().animate(state, { duration: this.duration });
    else sigma.getCamera().setState(state);
  }

  zoom(factor: number): void {
    const camera = this.sigma?.getCamera();
    if (!camera) return;
    const ratio = camera.getBoundedRatio(camera.getState().ratio / factor);
    if (this.duration) void camera.animate({ ratio }, { duration: this.duration });
    else camera.setState({ ratio });
  }

  moveTo(place: string): void {
    const [x, y, ratio] = place.split(",").map(Number);
    if ([x, y, ratio].every((value) => Number.isFinite(value))) this.sigma?.getCamera().setState({ x: x!, y: y!, ratio: ratio! });
  }

  private recolour = (): void => {
    this.palette = readPalette(this.host);
    this.sigma?.setSetting("labelColor", { color: this.palette.ink });
    this.sigma?.refresh();
  };

  end(): void {
    clearTimeout(this.timer);
    this.dark.removeEventListener("change", this.recolour);
    this.sigma?.kill();
  }
}

class SvgStage implements Stage {
  palette: Palette;
  private scene: Scene | undefined;
  private scale = 1;
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");

  constructor(private host: HTMLElement, private select: (id: string) => void) {
    this.palette = readPalette(host);
    this.dark.addEventListener("change", this.recolour);
    host.addEventListener("click", this.click);
    host.classList.add("drawn");
    host.tabIndex = 0; // what is drawn larger than the stage is scrolled by the keyboard too
  }

  private click = (event: Event): void => {
    this.select((event.target as Element).closest<SVGElement>("[data-node]")?.dataset.node ?? "");
  };

  show(scene: Scene): void {
    this.scene = scene;
    const { graph, seen, selected, found } = scene;
    if (seen.nodes.size > MOST_SVG_NODES) {
      const note = document.createElement("p");
      note.className = "empty";
      note.textContent = _("This browser has no WebGL, and so many nodes cannot be drawn without it. Narrow the choice; the list has them all.");
      this.host.replaceChildren(note);
      return;
    }
    const drawn = new DOMParser().parseFromString(drawSvg(graph, seen, this.palette, _("Drawing of the network")), "image/svg+xml").documentElement;
    for (const side of ["width", "height"]) drawn.setAttribute(side, `${100 * this.scale}%`);
    for (const group of drawn.querySelectorAll<SVGElement>("[data-node]")) {
      const id = group.dataset.node!;
      if (id === selected) group.classList.add("selected");
      if (found && !found.has(id)) group.classList.add("dim");
    }
    this.host.replaceChildren(drawn);
  }

  fit(): void {
    this.scale = 1;
    if (this.scene) this.show(this.scene);
  }

  reveal(id: string): void {
    const group = [...this.host.querySelectorAll<SVGElement>("[data-node]")].find((item) => item.dataset.node === id);
    group?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  moveTo(): void {
    // a drawing is scrolled
  }

  zoom(factor: number): void {
    this.scale = Math.min(Math.max(this.scale * factor, 0.5), 8);
    if (this.scene) this.show(this.scene);
  }

  private recolour = (): void => {
    this.palette = readPalette(this.host);
    if (this.scene) this.show(this.scene);
  };

  end(): void {
    this.dark.removeEventListener("change", this.recolour);
    this.host.removeEventListener("click", this.click);
  }
}
