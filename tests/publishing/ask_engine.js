// Asks the site's own SPARQL engine many queries at once; returns its replies in their order.
async ([worker, parameters, asked, prefixes, base]) => {
  const { bind } = await import(new URL(parameters, location.href).href).then((module) => ({
    bind: Object.values(module).find((given) => typeof given === "function" && given.length === 4),
  }));
  const engine = new Worker(worker, { type: "module" });
  const replies = [];
  await new Promise((resolve) => {
    engine.onmessage = ({ data }) => {
      replies.push(data);
      if (replies.length === asked.length) resolve();
    };
    asked.forEach(({ text, parameters, values, rows }, id) => engine.postMessage({
      id, query: bind(text, parameters, new Map(Object.entries(values)), prefixes), prefixes, base, rows,
      data: new URL("export/rdf/dataset.nq.gz", location.href).href, triples: "application/n-triples",
    }));
  });
  return replies.sort((a, b) => a.id - b.id);
}
