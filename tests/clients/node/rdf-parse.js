// Reads a thing in each form by its media type with rdf-parse; prints how many triples each has.
import { rdfParser } from "rdf-parse";

const [server] = process.argv.slice(2);
const counts = {};
for (const contentType of ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]) {
  const url = `${server}/doc/instrument/dublin-iii`;
  const answer = await fetch(url, { headers: { accept: contentType } });
  const { Readable } = await import("readable-stream");
  const quads = rdfParser.parse(Readable.from([await answer.text()]), { contentType, baseIRI: url });
  counts[contentType] = await new Promise((resolve, reject) => {
    let count = 0;
    quads.on("data", () => count++).on("end", () => resolve(count)).on("error", reject);
  });
}
console.log(JSON.stringify(counts));
