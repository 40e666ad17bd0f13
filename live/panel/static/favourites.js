// The styles somebody likes best: kept by his browser, for it is his.

const KEY = "favourites";

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : []);
  } catch {
    return new Set(); // not ours, or of long ago: as if there were none
  }
}

const liked = read();

export const likes = (name) => liked.has(name);

export function like(name) {
  if (!liked.delete(name)) liked.add(name);
  localStorage.setItem(KEY, JSON.stringify([...liked]));
}
