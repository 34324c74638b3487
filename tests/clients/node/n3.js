// Reads the dumps in each form with N3.js; prints how many quads each has.
import { Parser } from "n3";

const [server] = process.argv.slice(2);
const counts = {};
for (const form of ["nq", "trig", "ttl"]) {
  const answer = await fetch(`${server}/export/rdf/dataset.${form}`);
  const format = answer.headers.get("content-type").split(";")[0];
  counts[form] = new Parser({ format }).parse(await answer.text()).length;
}
console.log(JSON.stringify(counts));
