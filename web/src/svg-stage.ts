/** A stage drawn as SVG, for browsers without WebGL. */

import { drawSvg } from "./drawing";
import { _ } from "./language";
import { readPalette, type Palette } from "./looks";
import type { Scene, Stage } from "./stage";

const MOST_NODES = 3000;

export class SvgStage implements Stage {
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
    if (seen.nodes.size > MOST_NODES) {
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
