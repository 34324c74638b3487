import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

// The search is one classic script: it also runs on pages that are read from a disk, where browsers load no modules.
export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../src/ukfr_graph/web/static",
    emptyOutDir: false,
    manifest: ".vite/search.json",
    assetsDir: "",
    target: "es2022",
    rolldownOptions: {
      input: { search: "src/search.ts" },
      output: { format: "iife", banner: `/*! The stemmers:\n${readFileSync("src/snowball/COPYING", "utf-8")}*/` },
    },
  },
});
