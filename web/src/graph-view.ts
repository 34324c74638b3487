import { LitElement } from "lit";
customElements.define("ukfr-graph-view", class extends LitElement {});
