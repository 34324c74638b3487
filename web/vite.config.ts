import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../src/ukfr_graph/web/static",
    emptyOutDir: true,
    manifest: true, // site/static.py finds the hashed names in it
    license: { fileName: "licences.txt" },
    assetsDir: "",
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: { input: { workbench: "src/workbench.ts", graph: "src/graph.ts", statement: "src/statement.ts" } },
  },
});
