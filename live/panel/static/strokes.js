// A stroke of the grid that was clicked: hear it, accent it, take it out of the bar that comes back.

import { meterOf, pulseTicks } from "./bars.js";
import { $, make, title } from "./dom.js";
import { at } from "./grid.js";
import { hear } from "./monitor.js";
import { about, press, send } from "./net.js";

const HARD = 118, USUAL = 84; // velocities: an accent, and a stroke without one
const NEAR = 16; // pixels

/** The stroke at a place of the canvas, and the number of its bar; null where none is near. */
function found(event) {
  const area = $("grid").getBoundingClientRect();
  return at(event.clientX - area.left, event.clientY - area.top, NEAR);
}

function change([number, [, row, , score]], velocity) {
  send({ t: "stroke", s: [number, about.voices[row][0], score, velocity] });
}

function show(one) {
  const [number, [, row, velocity, score]] = one;
  const beat = score / pulseTicks(meterOf(number)) + 1;
  const words = `${title(about.voices[row][0])} of bar ${number + 1}, beat ${Math.round(beat * 100) / 100}, velocity ${velocity}`;
  const button = (text, act) => make("button", { type: "button", text, onclick: act });
  const close = () => { $("stroke").hidden = true; };
  $("stroke").replaceChildren(make("span", { class: "hint", role: "status", text: words }), button("Hear", () => hear(row, velocity)),
    button(velocity > 105 ? "No accent" : "Accent", () => { change(one, velocity > 105 ? USUAL : HARD); hear(row, velocity > 105 ? USUAL : HARD); close(); }),
    button("Remove", () => { change(one, 0); close(); }), button("Undo", () => press("undo")), button("Close", close));
  $("stroke").hidden = false;
}

export function strokes() {
  $("grid").addEventListener("pointermove", (event) => { $("grid").style.cursor = found(event) ? "pointer" : ""; });
  $("grid").addEventListener("click", (event) => {
    const one = found(event);
    $("stroke").hidden = !one;
    if (!one) return;
    hear(one[1][1], one[1][2]);
    show(one);
  });
}
