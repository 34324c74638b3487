/** The queries asked before: in this browser, and nowhere else. */

export interface Asked {
  query: string;
  when: string;
  rows?: number;
}

const KEY = "ukfr-graph.queries";
const MOST = 50;
const LONGEST = 20_000;

/** The queries, the latest first; none where the browser keeps nothing. */
export function readHistory(): Asked[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((item) => typeof item?.query === "string") : [];
  } catch {
    return [];
  }
}

/** Put a query first; a repeated one moves there. */
export function remember(asked: Asked): Asked[] {
  if (asked.query.length > LONGEST) return readHistory();
  const others = readHistory().filter((item) => item.query !== asked.query);
  return keep([asked, ...others].slice(0, MOST));
}

export function forgetAll(): Asked[] {
  return keep([]);
}

function keep(items: Asked[]): Asked[] {
  try {
    localStorage.setItem(KEY, JSON.stringify(items));
  } catch {
    // a private window, or no room: the list lives as long as the page
  }
  return items;
}
