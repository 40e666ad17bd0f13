// The page: builds its parts once the table of controls is there, and keeps them true.

import "./bars.js";
import { colours } from "./colours.js";
import { $, make, title, toast, write } from "./dom.js";
import { endpoints } from "./endpoints.js";
import { draw, drawn } from "./grid.js";
import { header, where } from "./header.js";
import { keys } from "./keys.js";
import { choice, knob, learning, taught, toggle, trigger } from "./knobs.js";
import { mixer } from "./mixer.js";
import { monitor } from "./monitor.js";
import { about, clock, connect, counts, linked, now, send, set, table, tell, tickAt, watch } from "./net.js";
import { pad } from "./pad.js";
import { health } from "./plots.js";
import { snapshots } from "./snapshots.js";
import { strokes } from "./strokes.js";
import { styles } from "./styles.js";
import { tabs } from "./tabs.js";
import { takes } from "./takes.js";

const KNOBS = ["density", "complexity", "variation", "intensity", "swing", "humanize", "push", "dynamics", "ghost", "temperature", "strength", "follow"];
const FORM = ["part", "meter"]; // beside the actions
const CHOICES = ["fill_every", "phrase", "time", "swing_grid"];
const SMALL = ["fill_amount", "fill_complexity", "note_offset", "clock_offset"];
const HINT = "a knob, key or pad of your controller to a control";
const GAVE_UP = "nothing was moved"; // the words of a learner that waits no longer
const PATIENCE = 2500; // ms without the drummer before it is said, at the first visit

let built = false;
watch((changed) => {
  if (!changed && !built) build();
  if (!changed || changed.has("link")) reach();
  if (!changed || changed.has("part")) part();
  if (!changed || changed.has("learn") || changed.has("lessons")) lessons();
  if (changed?.has("complaint") && now.complaint) toast(now.complaint);
});

function build() {
  built = true;
  actions();
  $("knobs").append(...KNOBS.map((name) => knob(name)));
  $("choices").append(...CHOICES.map((name) => choice(name)), ...SMALL.map((name) => knob(name, true)));
  for (const part of [snapshots, mixer, pad, styles, takes, health, endpoints, monitor, strokes, header, keys]) part();
  $("learn").addEventListener("click", () => learn(!learning.on));
  $("unlearn").addEventListener("click", () => send({ t: "unlearn" }));
  document.addEventListener("learning", () => learn(learning.on));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") learn(false); });
}

function actions() {
  const buttons = [["fill", "Fill", "f"], ["fill_now", "Fill now", "F"], ["new_idea", "New idea", "n"], ["undo", "Undo", "u"]].map((one) => trigger(...one));
  const loop = toggle("loop", "Loop");
  loop.append(make("kbd", { text: "l", "aria-hidden": "true" }));
  const record = toggle("record", "Record");
  record.classList.add("record");
  const panic = trigger("panic", "Panic");
  panic.classList.add("quiet");
  const form = FORM.filter((name) => table.has(name)).map((name) => choice(name));
  $("actions").append(
    make("div", { class: "deeds" }, ...buttons, loop, ...form, make("span", { id: "part-words", class: "hint", role: "status" })),
    make("div", { class: "deeds" }, trigger("capture", "Capture", "c"), choice("capture_bars", "bars"), record, make("span", { id: "clip" }), make("span", { class: "gap" }), panic));
}

/** Which part plays, while another one was called and has not begun. */
function part() {
  const [playing, coming] = now.part ?? [];
  write($("part-words"), coming ? `${title(coming)} comes` : "");
  $("part-words").title = coming ? `${title(playing)} plays until the phrase ends` : "";
}

// ---- learning
function lessons() {
  $("unlearn").hidden = !now.lessons;
  write($("learn-words"), now.learn || HINT);
  if (now.learn.startsWith(GAVE_UP)) { learning.control = ""; learn(false); }
}

function learn(on) {
  if (!on && learning.control) { const name = learning.control; learning.on = true; taught(name); }
  learning.on = on;
  document.documentElement.dataset.learn = on ? "on" : "off";
  $("learn").setAttribute("aria-pressed", String(on));
  for (const one of document.querySelectorAll("[data-control]")) one.classList.toggle("chosen", on && one.dataset.control === learning.control);
  if (on && !learning.control) write($("learn-words"), "click a knob or a button here, then move yours");
  else write($("learn-words"), now.learn || HINT); // another page may have asked for the same one
}

// ---- the link
function reach() {
  $("gone").hidden = linked();
}

setTimeout(reach, PATIENCE);
document.addEventListener("refused", (event) => toast(event.detail));

// ---- the frames
const FRAME = 1000 / 60; // ms until what is drawn now is seen, at the earliest
const rate = { frames: 0, since: performance.now(), fps: 0, slow: 0, last: 0 };
function frame(time) {
  requestAnimationFrame(frame);
  if (!built || !now.pos) return;
  const at = performance.now();
  const seen = Math.max(at, time + FRAME);
  draw(seen);
  where(seen);
  rate.frames += 1;
  if (rate.last && time - rate.last > 25) rate.slow += 1;
  rate.last = time;
  if (at - rate.since >= 1000) {
    rate.fps = (rate.frames * 1000) / (at - rate.since);
    Object.assign(rate, { frames: 0, since: at });
    write($("fps"), `${Math.round(rate.fps)} fps`);
  }
}

globalThis.panel = { about, now, clock, counts, drawn, rate, table, tell, tickAt, set, title }; // for tests and benchmarks
colours();
$("kits").href += location.search; // the token goes along, where there is one
tabs();
connect();
requestAnimationFrame(frame);
