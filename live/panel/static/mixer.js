// The voices: mute, solo and lock, and a fader for each control that a group of voices has.

import { $, make } from "./dom.js";
import { fader, toggle } from "./knobs.js";
import { about, table } from "./net.js";

const SWITCHES = ["mute", "solo", "lock"];
const FADERS = ["level", "density"]; // always seen
const FINE = ["swing", "humanize", "dynamics"]; // seen where somebody asks for more

const has = (group) => (knob) => table.has(`${knob}_${group}`);

function row(group, knob) {
  return make("label", { class: "fade" }, make("span", { text: knob }), fader(`${knob}_${group}`, `${knob} of ${group}`));
}

function strip(group) {
  const title = make("span", { class: "voice-name", "data-group": group, text: group });
  const switches = SWITCHES.filter(has(group)).map((knob) => toggle(`${knob}_${group}`, knob[0].toUpperCase() + knob.slice(1), `${knob} ${group}`));
  const fine = FINE.filter(has(group)).map((knob) => row(group, knob));
  const one = make("div", { class: "voice", role: "group", "aria-label": group }, title,
    make("div", { class: "switches" }, ...switches), ...FADERS.filter(has(group)).map((knob) => row(group, knob)));
  if (fine.length) one.append(make("div", { class: "feel" }, ...fine));
  return one;
}

/** Swing, humanize and dynamics of all groups open and close as one: they stand in a row. */
function more() {
  const button = $("feel-more"), shut = () => $("voices").dataset.feel !== "open";
  button.hidden = !$("voices").querySelector(".feel");
  button.addEventListener("click", () => {
    $("voices").dataset.feel = shut() ? "open" : "shut";
    button.setAttribute("aria-expanded", String(!shut()));
  });
}

export function mixer() {
  const groups = [...new Set(about.voices.map(([, , group]) => group))].reverse();
  const order = ["kick", "snare", "hats", "toms", "cymbals", "percussion"];
  groups.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  $("voices").append(...groups.map(strip));
  more();
}
