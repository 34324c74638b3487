// Asks rows, a graph, and yes or no, and updates, with fetch-sparql-endpoint or sparql-http-client.
const [server, name, plain] = process.argv.slice(2);
const count = async (stream) => {
  let found = 0;
  for await (const _ of stream) found++;
  return found;
};
const SELECT = "PREFIX ukfr: <https://w3id.org/ukfr/ontology#> SELECT ?c { ?c a ukfr:Call }";
const CONSTRUCT = "PREFIX ukfr: <https://w3id.org/ukfr/ontology#> CONSTRUCT WHERE { ?c a ukfr:Call }";
const ASK = "ASK { ?s ?p ?o }";
const UPDATE = "INSERT DATA { GRAPH <https://example.org/node> { <https://example.org/a> <https://example.org/b> 1 } }";
const found = {};
if (name === "fetch-sparql-endpoint") {
  const { SparqlEndpointFetcher } = await import(name);
  const client = new SparqlEndpointFetcher();
  found.select = await count(await client.fetchBindings(`${server}/sparql`, SELECT));
  found.construct = await count(await client.fetchTriples(`${server}/sparql`, CONSTRUCT));
  found.ask = await client.fetchAsk(`${server}/sparql`, ASK);
  await client.fetchUpdate(`${plain}/sparql`, UPDATE);
} else {
  const { default: Client } = await import(name);
  const client = new Client({ endpointUrl: `${server}/sparql` });
  found.select = await count(client.query.select(SELECT));
  found.construct = await count(client.query.construct(CONSTRUCT));
  found.ask = await client.query.ask(ASK);
  const writer = new Client({ updateUrl: `${plain}/sparql`, storeUrl: `${plain}/graph-store` });
  await writer.query.update(UPDATE);
  const graph = writer.factory.namedNode("https://example.org/node");
  found.stored = await count(writer.store.get(graph));
}
console.log(JSON.stringify(found));
