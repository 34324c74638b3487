import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const STEMMERS = `/*! The stemmers:\n${readFileSync("src/snowball/COPYING", "utf-8")}*/`;

// One classic script, which the mode names: it also runs on pages that are read from a disk, where browsers load no modules.
export default defineConfig(({ mode: name }) => ({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../src/ukfr_graph/web/static",
    emptyOutDir: false,
    manifest: `.vite/${name}.json`,
    assetsDir: "",
    target: "es2022",
    rolldownOptions: {
      input: { [name]: `src/${name}.ts` },
      output: { format: "iife", banner: name === "search" ? STEMMERS : "" },
    },
  },
}));
