/** A stage drawn by WebGL (sigma). */

import Sigma from "sigma";
import { EdgeLineProgram } from "sigma/rendering";
import type { Settings } from "sigma/settings";
import { readPalette, type Palette } from "./looks";
import type { EdgeAttributes, NetworkGraph, NodeAttributes } from "./network";
import { NodeLabels } from "./node-labels";
import type { Scene, Stage, StageHandlers } from "./stage";

/** From here on only what changes is drawn anew, and nothing is dimmed around what is selected. */
const MANY = 2000;
const MOST_ARROWS = 3000;
const LONGEST_LABEL = 36;
const USUAL_WIDTH = 700;
const EVERYTHING = "0.5,0.5,1.05";

export class WebglStage implements Stage {
  palette: Palette;
  private sigma: Sigma<NodeAttributes, EdgeAttributes> | undefined;
  private scene: Scene | undefined;
  private hovered = "";
  private near: Set<string> = new Set();
  /** Nodes are smaller on a smaller stage. */
  private scale = 1;
  private readonly labels: NodeLabels;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
  private readonly duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300;

  constructor(private host: HTMLElement, private handlers: StageHandlers) {
    this.palette = readPalette(host);
    this.labels = new NodeLabels(() => ({ width: host.clientWidth, palette: this.palette }));
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
      defaultDrawNodeHover: this.labels.drawHover,
      defaultDrawNodeLabel: this.labels.draw,
      nodeReducer: (id, attributes) => this.lookOfNode(id, attributes),
      edgeReducer: (id, attributes) => this.lookOfEdge(id, attributes),
    };
    const sigma = (this.sigma = new Sigma(graph, this.host, settings));
    sigma.on("beforeRender", () => this.labels.clear());
    sigma.on("clickNode", ({ node }) => this.handlers.select(node));
    sigma.on("doubleClickNode", ({ node }) => this.handlers.focus(node));
    sigma.on("clickStage", () => this.handlers.select(""));
    sigma.getCamera().on("updated", (state) => {
      clearTimeout(this.timer);
      const place = [state.x, state.y, state.ratio].map((value) => String(Math.round(value * 1000) / 1000)).join(",");
      this.timer = setTimeout(() => this.handlers.moved(place === EVERYTHING ? "" : place), 250);
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

  /** Make what is seen fill the stage. */
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
