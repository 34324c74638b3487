import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  publicDir: false,
  worker: { format: "es" },
  build: {
    outDir: "../src/ukfr_graph/web/static",
    emptyOutDir: true,
    manifest: true, // site/static.py finds the hashed names in it
    license: { fileName: "licences.txt" },
    assetsDir: "",
    modulePreload: { polyfill: false },
    target: "es2022",
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: Object.fromEntries(["workbench", "graph", "statement", "question", "search-answer", "reader", "coding", "comparing"].map((name) => [name, `src/${name}.ts`])),
    },
  },
});
