// Knobs, switches and choices drawn from the table of controls; a page knows no control by heart
// but for its place.

import { make, title, write } from "./dom.js";
import { grip, wheel } from "./grip.js";
import { now, send, set, table, value, watch } from "./net.js";

const SWEEP = 270; // degrees
const THUMB = 16; // pixels of a fader's handle
const WAY = 180; // pixels of a drag from one end to the other
export const learning = { on: false, control: "" };
const drawers = new Map(); // name of a control -> functions that draw it

watch((changed) => {
  const names = changed ? [...changed].filter((one) => one.startsWith("c:")).map((one) => one.slice(2)) : drawers.keys();
  for (const name of names) for (const draw of drawers.get(name) ?? []) draw();
});

export function drawWith(name, draw) {
  if (!drawers.has(name)) drawers.set(name, []);
  drawers.get(name).push(draw);
}

export function toUnit(row, x) {
  let unit = (x - row.low) / (row.high - row.low);
  if (row.fine) {
    const way = 2 * unit - 1;
    unit = 0.5 + (Math.sign(way) * Math.sqrt(Math.abs(way))) / 2;
  }
  return unit;
}

export function fromUnit(row, unit) {
  unit = Math.min(1, Math.max(0, unit));
  if (row.fine) {
    const way = 2 * unit - 1;
    unit = 0.5 + (way * Math.abs(way)) / 2;
  }
  const x = row.low + unit * (row.high - row.low);
  return row.step ? Math.round(x / row.step) * row.step : Number(x.toPrecision(6));
}

export function words(row, x) {
  if (typeof x === "string") return x;
  const digits = row.step ? 0 : row.high - row.low > 20 ? 1 : 2;
  const text = x.toFixed(digits).replace(/^-(0(\.0*)?)$/, "$1").replace(/(\d\d)\.0$/, "$1"); // no -0.0, no 54.0
  return `${row.low < 0 && Number(text) > 0 ? "+" : ""}${text}${row.unit ? ` ${row.unit}` : ""}`;
}


/** In learn mode a click chooses the control; true where it did. */
export function taught(name) {
  if (!learning.on) return false;
  learning.control = learning.control === name ? "" : name;
  send({ t: "learn", c: learning.control });
  document.dispatchEvent(new Event("learning"));
  return true;
}

function arc(from, to, radius) {
  const point = (unit) => {
    const angle = ((unit * SWEEP - SWEEP / 2 - 90) * Math.PI) / 180;
    return `${(32 + radius * Math.cos(angle)).toFixed(2)} ${(32 + radius * Math.sin(angle)).toFixed(2)}`;
  };
  const [a, b] = from < to ? [from, to] : [to, from];
  return `M ${point(a)} A ${radius} ${radius} 0 ${(b - a) * SWEEP > 180 ? 1 : 0} 1 ${point(b)}`;
}

/** A big knob: drag, wheel, arrows; a double click, Backspace or Delete bring it back. */
export function knob(name, small = false) {
  const row = table.get(name);
  const middle = row.low < 0 || row.fine ? 0.5 : 0;
  const ring = make("path", { class: "ring", d: arc(0, 1, 26) });
  const fill = make("path", { class: "fill" });
  const hand = make("line", { class: "hand", x1: 32, y1: 32 });
  const shown = make("output", { class: "value" });
  const face = make("div", {
    class: "knob-face", role: "slider", tabindex: 0, "aria-label": title(name),
    "aria-valuemin": row.low, "aria-valuemax": row.high, "data-control": name, title: row.help,
  }, make("svg", { viewBox: "0 0 64 64", "aria-hidden": "true" }, ring, fill, make("circle", { class: "cap", cx: 32, cy: 32, r: 19 }), hand));
  const one = make("div", { class: small ? "knob small" : "knob", "data-heard": row.kind }, face, make("span", { class: "name", text: title(name) }), shown);
  const draw = () => {
    const x = Number(value(name) ?? row.default), unit = toUnit(row, x);
    fill.setAttribute("d", Math.abs(unit - middle) < 0.004 ? "" : arc(middle, unit, 26));
    const angle = ((unit * SWEEP - SWEEP / 2 - 90) * Math.PI) / 180;
    hand.setAttribute("x2", (32 + 15 * Math.cos(angle)).toFixed(2));
    hand.setAttribute("y2", (32 + 15 * Math.sin(angle)).toFixed(2));
    face.setAttribute("aria-valuenow", x.toPrecision(4));
    face.setAttribute("aria-valuetext", words(row, x));
    write(shown, words(row, x));
  };
  drag(face, row, () => toUnit(row, Number(value(name) ?? row.default)));
  drawWith(name, draw);
  draw();
  return one;
}

/** Back to where it belongs: a swing to the style's own, all else to what the table says. */
const rest = (row) => set(row.name, now.own?.[row.name] ?? row.default);

function drag(face, row, unit) {
  let from = null;
  const put = (to) => set(row.name, fromUnit(row, to));
  grip(face, (event) => {
    if (taught(row.name)) return false;
    face.focus({ preventScroll: true });
    from = { y: event.clientY, x: event.clientX, unit: unit() };
    return true;
  }, (event) => {
    const way = (from.y - event.clientY + (event.clientX - from.x)) / (event.shiftKey ? WAY * 5 : WAY);
    put(from.unit + way);
  });
  face.addEventListener("dblclick", () => rest(row));
  wheel(face, (notches) => put(unit() + notches * (row.step ? row.step / (row.high - row.low) : 0.02)), Boolean(row.step));
  face.addEventListener("keydown", (event) => {
    const step = row.step ? row.step / (row.high - row.low) : event.shiftKey ? 0.005 : 0.02;
    const moves = { ArrowUp: step, ArrowRight: step, ArrowDown: -step, ArrowLeft: -step, PageUp: 0.1, PageDown: -0.1 };
    if (event.key in moves) put(unit() + moves[event.key]);
    else if (event.key === "Home") put(0);
    else if (event.key === "End") put(1);
    else if (event.key === "Backspace" || event.key === "Delete") rest(row);
    else if (event.key === "Enter") taught(row.name);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** A switch. */
export function toggle(name, text = title(name), label = title(name)) {
  const one = make("button", { class: "toggle", type: "button", "data-control": name, "aria-label": label, title: table.get(name).help, text });
  one.addEventListener("click", () => { if (!taught(name)) set(name, value(name) ? 0 : 1); });
  const draw = () => one.setAttribute("aria-pressed", String(Boolean(value(name))));
  drawWith(name, draw);
  draw();
  return one;
}

/** A trigger. */
export function trigger(name, text = title(name), hint = "") {
  const one = make("button", { class: "trigger", type: "button", "data-control": name, title: table.get(name).help }, text);
  if (hint) one.append(make("kbd", { text: hint, "aria-hidden": "true" }));
  one.addEventListener("click", () => { if (!taught(name)) set(name, 1); });
  return one;
}

/** One of a few words. */
export function choice(name, text = title(name)) {
  const row = table.get(name);
  const list = make("select", { "aria-label": title(name), "data-control": name, title: row.help });
  for (const word of row.choices) list.append(make("option", { value: word, text: word }));
  list.addEventListener("change", () => set(name, list.value));
  const draw = () => { list.value = value(name) ?? row.default; };
  drawWith(name, draw);
  draw();
  return make("label", { class: "choice" }, make("span", { text }), list);
}

/** A small fader that lies on its side. */
export function fader(name, label) {
  const row = table.get(name);
  const one = make("input", { type: "range", min: 0, max: 1, step: 0.005, "aria-label": label, "data-control": name });
  const box = make("span", { class: "fader", title: `${label}: ${row.help}` }, one); // the hand's; keys are the input's
  const put = (unit) => set(name, fromUnit(row, unit));
  const follow = (event) => {
    const area = box.getBoundingClientRect();
    put((event.clientX - area.left - THUMB / 2) / (area.width - THUMB));
  };
  grip(box, (event) => {
    if (taught(name)) return false;
    one.focus({ preventScroll: true });
    follow(event);
    return true;
  }, follow);
  wheel(box, (notches) => put(Number(one.value) + notches * 0.02));
  one.addEventListener("input", () => put(Number(one.value)));
  box.addEventListener("dblclick", () => rest(row));
  const draw = () => {
    const x = Number(now[`c:${name}`] ?? row.default);
    one.value = toUnit(row, x);
    one.setAttribute("aria-valuetext", words(row, x));
  };
  drawWith(name, draw);
  draw();
  return box;
}
