// The keys. Space is the transport's, but where somebody goes through the page by keyboard.

import { $ } from "./dom.js";
import { playOrStop, tap } from "./header.js";
import { press, set, value } from "./net.js";
import { share } from "./pad.js";
import { LETTERS, snapshot } from "./snapshots.js";

const flip = (name) => () => set(name, value(name) ? 0 : 1);
const nudge = (name, by) => () => set(name, share(value(name) + by));
const KEYS = {
  " ": playOrStop, f: () => press("fill"), F: () => press("fill_now"), n: () => press("new_idea"), u: () => press("undo"),
  l: flip("loop"), c: () => press("capture"), r: flip("record"), t: tap,
  ArrowUp: nudge("density", 0.05), ArrowDown: nudge("density", -0.05), ArrowRight: nudge("morph", 0.05), ArrowLeft: nudge("morph", -0.05),
};
const PRESSED = "button, a, summary"; // what a space bar presses where the focus is
let byHand = true; // the focus was put by a pointer, not by a key

function key(event) {
  const at = event.target, typing = at.matches("input:not([type=range]), select, textarea");
  if (event.key === "Tab") byHand = false;
  if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
  const arrow = event.key.startsWith("Arrow");
  if (arrow && at.matches("[type=range], [role=slider]:not(#pad), [role=radio], #styles *, #tabs *, #grid")) return;
  if (event.key === " " && at.matches(PRESSED) && !byHand && at !== $("play")) return;
  const digit = /^Digit([1-8])$/.exec(event.code);
  if (digit) snapshot(LETTERS[digit[1] - 1], event.shiftKey);
  else if (KEYS[event.key] && !(event.repeat && !arrow)) KEYS[event.key]();
  else if (!KEYS[event.key]) return;
  event.preventDefault();
}

export function keys() {
  document.addEventListener("pointerdown", () => { byHand = true; }, true);
  document.addEventListener("keydown", key);
  // Firefox presses a button when the space bar goes up, whatever became of its going down.
  document.addEventListener("keyup", (event) => { if (event.key === " " && byHand && event.target.matches(PRESSED)) event.preventDefault(); });
  document.addEventListener("change", ({ target }) => { if (byHand && target.matches("select")) target.blur(); });
}
