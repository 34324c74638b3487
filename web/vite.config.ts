import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Puts a gzipped copy beside each script and style: the server sends it as it is. */
function compress(): Plugin {
  return {
    name: "compress",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const [fileName, file] of Object.entries(bundle)) {
          if (!/\.(js|css)$/.test(fileName)) continue;
          const content = file.type === "chunk" ? file.code : file.source;
          this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: gzipSync(content, { level: 9 }) });
        }
      },
    },
  };
}

export default defineConfig({
  base: "/static/",
  publicDir: false,
  plugins: [compress()],
  build: {
    outDir: "../src/ukfr_graph/web/static",
    emptyOutDir: true,
    manifest: true, // server/rendering.py finds the hashed names in it
    license: { fileName: "licences.txt" },
    assetsDir: "",
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: { input: { workbench: "src/workbench.ts", graph: "src/graph.ts", statement: "src/statement.ts" } },
  },
});
