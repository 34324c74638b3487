// Expands a thing by its address with jsonld.js, which fetches the context that the document names.
import jsonld from "jsonld";

const [server] = process.argv.slice(2);
const [node] = await jsonld.expand(`${server}/doc/instrument/dublin-iii`);
const quads = await jsonld.toRDF(`${server}/doc/instrument/dublin-iii`);
console.log(JSON.stringify({ id: node["@id"], day: node["https://w3id.org/ukfr/ontology#documentDate"][0]["@value"],
  triples: quads.length }));
