/** A query as a few lines that can be run: curl, Python (standard library) and R (base). */

export type Tongue = "curl" | "Python" | "R";

/** Write the lines that ask `query` at `endpoint`; `isGraph` says that it answers with triples. */
export function writeSnippet(tongue: Tongue, query: string, endpoint: string, isGraph: boolean): string {
  if (tongue === "curl") {
    const accept = isGraph ? "text/turtle" : "text/csv";
    return `curl --data-urlencode ${quoteShell(`query=${query}`)} --header 'Accept: ${accept}' '${endpoint}'\n`;
  }
  return tongue === "Python" ? writePython(query, endpoint, isGraph) : writeR(query, endpoint, isGraph);
}

function quoteShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function writePython(query: string, endpoint: string, isGraph: boolean): string {
  const quoted = query.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"');
  const [accept, read] = isGraph
    ? ["text/turtle", 'print(answer.read().decode("utf-8"))']
    : ["application/sparql-results+json", 'rows = json.load(answer)["results"]["bindings"]\nprint(len(rows), "rows", rows[:3])'];
  return `import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen

query = """
${quoted}
"""
request = Request("${endpoint}", urlencode({"query": query}).encode(), {"Accept": "${accept}"})
answer = urlopen(request)
${read}
`;
}

function writeR(query: string, endpoint: string, isGraph: boolean): string {
  let dashes = "---";
  while (query.includes(`)${dashes}"`)) dashes += "-";
  const [accept, read] = isGraph
    ? ["text/turtle", "writeLines(readLines(answer))"]
    : ["text/csv", "rows <- read.csv(answer)\nprint(head(rows))"];
  return `query <- r"${dashes}(
${query}
)${dashes}"
address <- paste0("${endpoint}?query=", URLencode(query, reserved = TRUE))
answer <- url(address, headers = c(Accept = "${accept}"))
${read}
`;
}
