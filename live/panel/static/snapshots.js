// Snapshots: eight places to keep how all controls stand.

import { $, make, toast } from "./dom.js";
import { now, press, watch } from "./net.js";

export const LETTERS = [..."abcdefgh"];
const HELD = 600; // ms

export function snapshots() {
  for (const letter of LETTERS) {
    const one = make("button", { type: "button", class: "snap", "data-letter": letter, text: letter.toUpperCase() });
    let timer = null, stored = false;
    one.addEventListener("click", (event) => { if (!stored) snapshot(letter, event.shiftKey); stored = false; });
    one.addEventListener("pointerdown", () => { stored = false; timer = setTimeout(() => { stored = true; snapshot(letter, true); }, HELD); });
    for (const end of ["pointerup", "pointerleave", "pointercancel"]) one.addEventListener(end, () => { clearTimeout(timer); });
    $("snapshots").append(one);
  }
  watch(show);
  show(null);
}

function show(changed) {
  if (changed && !changed.has("stored")) return;
  for (const one of $("snapshots").children) {
    const full = now.stored.includes(one.dataset.letter);
    one.dataset.full = full ? "yes" : "no";
    one.setAttribute("aria-label", `Snapshot ${one.textContent}, ${full ? "recall" : "empty: store"}`);
    one.title = full ? "Recall. Hold, or shift and click, to store anew" : "Store";
  }
}

export function snapshot(letter, store) {
  const full = now.stored.includes(letter);
  const heard = press(store || !full ? `store_${letter}` : `recall_${letter}`);
  if (heard && (store || !full)) toast(`Stored as ${letter.toUpperCase()}`);
}
