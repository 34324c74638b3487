/** Networks from the server, or from the files of a site without one. */

import { isStatic, place, placeFile } from "./addresses";
import { ProblemError, type Problem } from "./endpoint";
import { language } from "./language";
import { isNarrow, narrow } from "./narrowing";
import type { Choice, NetworkData } from "./network";
import { needsServer, writeChoice } from "./network-choice";

const LONGEST_ADDRESS = 8000;

/** Return the address of a network in a format; a query of the reader's own needs its projection named. */
export function exportAddress(parameters: URLSearchParams, format: string): string {
  if (isStatic) {
    const name = [parameters.get("saved"), parameters.get("projection")].filter(Boolean).join("-") || "network";
    return placeFile(`export/network/${name}.${format}`);
  }
  const asked = new URLSearchParams(parameters);
  if (asked.has("query")) asked.set("projection", "query");
  asked.set("format", format);
  return place(`/export/network?${asked}`);
}

/** Fetch the network that some parameters ask for. @throws ProblemError what the server says is wrong */
export async function fetchNetwork(parameters: URLSearchParams, signal?: AbortSignal): Promise<NetworkData> {
  const query = parameters.get("query") ?? "";
  const request: RequestInit = { headers: { Accept: "application/json", "Accept-Language": language }, signal: signal ?? null };
  let address = exportAddress(parameters, "json");
  if (address.length > LONGEST_ADDRESS) {
    const others = new URLSearchParams(parameters);
    for (const name of ["query", "projection"]) others.delete(name);
    address = exportAddress(others, "json");
    Object.assign(request, { method: "POST", body: new URLSearchParams({ query }) });
  }
  const response = await fetch(address, request);
  const content: unknown = await response.json().catch(() => ({ title: `HTTP ${response.status}`, detail: "", status: response.status }));
  if (!response.ok) throw new ProblemError(content as Problem);
  const network = content as NetworkData;
  return isStatic && isNarrow(parameters) ? narrow(network, parameters) : network;
}

/** Return whether the nodes are communities. */
export function isOverview(data: NetworkData): boolean {
  return data.nodes.some((node) => node.type === "community");
}

/**
 * Fetch what a reader sees of a network. One that is too large to be laid out is seen by its communities; then the server
 * looks for what they hide: `isPart` tells that it chose the surroundings or the path. @throws ProblemError as above
 */
export async function fetchVisible(source: URLSearchParams, choice: Choice, signal: AbortSignal): Promise<{ data: NetworkData; isPart: boolean }> {
  const asked = new URLSearchParams(source);
  if (!asked.has("whole")) asked.set("fit", "true");
  const data = await fetchNetwork(asked, signal);
  if (!isOverview(data) || !needsServer(choice)) return { data, isPart: false };
  const part = await fetchNetwork(new URLSearchParams([...asked, ...writeChoice(choice)]), signal);
  for (const node of part.nodes) delete node.community; // a number among the communities of this part
  return { data: part, isPart: true };
}
