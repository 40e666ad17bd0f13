// The pad: morph to the right, density upwards.

import { $, write } from "./dom.js";
import { grip } from "./grip.js";
import { drawWith } from "./knobs.js";
import { about, set, value } from "./net.js";

const titleOf = (name) => about.styles.find((one) => one.name === name)?.title ?? name;
/** 0..1, by thousandths. */
export const share = (x) => Math.round(Math.min(1, Math.max(0, x)) * 1000) / 1000;

function put(event) {
  const area = $("pad").getBoundingClientRect();
  set("morph", share((event.clientX - area.left) / area.width));
  set("density", share(1 - (event.clientY - area.top) / area.height));
}

function paint() {
  const box = $("pad"), [x, y] = [value("morph"), value("density")];
  $("pad-dot").style.left = `${x * 100}%`;
  $("pad-dot").style.top = `${(1 - y) * 100}%`;
  box.setAttribute("aria-valuenow", x);
  box.setAttribute("aria-valuetext", `morph ${x.toFixed(2)}, density ${y.toFixed(2)}`);
  for (const [id, name] of [["pad-a", "style"], ["pad-b", "style_b"]]) write($(id), titleOf(value(name)));
}

export function pad() {
  grip($("pad"), put, put);
  for (const name of ["morph", "density", "style", "style_b"]) drawWith(name, paint);
  paint();
}
