// The page: builds its parts once the table of controls is there, keeps them true, takes the keys.

import "./bars.js";
import { place } from "./bars.js";
import { $, make, toast, write } from "./dom.js";
import { draw, drawn } from "./grid.js";
import { choice, drawWith, fader, knob, learning, taught, title, toggle, trigger } from "./knobs.js";
import { monitor } from "./monitor.js";
import { about, clock, connect, counts, now, playing, press, send, set, table, tell, tickAt, value, watch } from "./net.js";
import { health } from "./plots.js";
import { styles } from "./styles.js";
import { takes } from "./takes.js";
import { endpoints } from "./endpoints.js";

const KNOBS = ["density", "complexity", "variation", "intensity", "swing", "humanize", "push", "dynamics", "ghost", "temperature", "strength", "follow"];
const CHOICES = ["fill_every", "phrase", "time", "swing_grid"];
const SMALL = ["fill_amount", "fill_complexity", "note_offset", "clock_offset"];
const LETTERS = [..."abcdefgh"];
const GROUPS = ["kick", "snare", "hats", "toms", "cymbals", "percussion"];
const WORDS = { playing: "playing", stopped: "stopped", armed: "waiting for the clock", lost: "playing on: the clock fell silent", gone: "the clock is gone" };
const HINT = "a knob, key or pad of your controller to a control";
const GAVE_UP = "nothing was moved"; // the words of a learner that waits no longer
const TAPS = 2000; // ms after which a tap is the first again

let built = false;
watch((changed) => {
  if (!changed && !built) build();
  if (!changed) $("gone").hidden = true;
  header(changed);
});

function build() {
  built = true;
  actions();
  $("knobs").append(...KNOBS.map((name) => knob(name)));
  $("choices").append(...CHOICES.map((name) => choice(name)), ...SMALL.map((name) => knob(name, true)));
  snapshots();
  mixer();
  pad();
  styles();
  takes();
  health();
  endpoints();
  monitor();
  $("play").addEventListener("click", playOrStop);
  $("tap").addEventListener("click", tap);
  $("tempo").addEventListener("change", () => set("tempo", Math.min(300, Math.max(20, Number($("tempo").value) || 100))));
  $("learn").addEventListener("click", () => learn(!learning.on));
  $("unlearn").addEventListener("click", () => send({ t: "unlearn" }));
  document.addEventListener("learning", () => learn(learning.on));
  document.addEventListener("keydown", key);
}

const playOrStop = () => press(playing() || now.transport === "armed" ? "stop" : "play");

let taps = [];
function tap() {
  const at = performance.now();
  if (taps.length && at - taps.at(-1) > TAPS) taps = [];
  taps = [...taps, at].slice(-9);
  if (taps.length < 3) return;
  const bpm = (60000 * (taps.length - 1)) / (taps.at(-1) - taps[0]);
  if (bpm >= 20 && bpm <= 300) set("tempo", Math.round(bpm * 10) / 10);
}

// ---- the parts
function actions() {
  const buttons = [["fill", "Fill", "f"], ["fill_now", "Fill now", "F"], ["new_idea", "New idea", "n"], ["undo", "Undo", "u"]].map((one) => trigger(...one));
  const loop = toggle("loop", "Loop");
  loop.append(make("kbd", { text: "l", "aria-hidden": "true" }));
  const capture = trigger("capture", "Capture", "c");
  const bars = choice("capture_bars", "bars");
  const record = toggle("record", "Record");
  record.classList.add("record");
  const panic = trigger("panic", "Panic");
  panic.classList.add("quiet");
  $("actions").append(...buttons, loop, make("span", { class: "gap" }), capture, bars, record, panic);
}

function snapshots() {
  for (const letter of LETTERS) {
    const one = make("button", { type: "button", class: "snap", "data-letter": letter, text: letter.toUpperCase() });
    one.addEventListener("click", (event) => snapshot(letter, event.shiftKey));
    let held = null;
    one.addEventListener("pointerdown", () => { held = setTimeout(() => { held = null; snapshot(letter, true); }, 600); });
    for (const end of ["pointerup", "pointerleave"]) one.addEventListener(end, () => { clearTimeout(held); });
    $("snapshots").append(one);
  }
  watch((changed) => {
    if (changed && !changed.has("stored")) return;
    for (const one of $("snapshots").children) {
      const full = now.stored.includes(one.dataset.letter);
      one.dataset.full = full ? "yes" : "no";
      one.setAttribute("aria-label", `Snapshot ${one.textContent}, ${full ? "recall" : "empty: store"}`);
      one.title = full ? "Recall. Hold, or shift and click, to store anew" : "Store";
    }
  });
}

function snapshot(letter, store) {
  const full = now.stored.includes(letter);
  press(store || !full ? `store_${letter}` : `recall_${letter}`);
  if (store || !full) toast(`Stored as ${letter.toUpperCase()}`);
}

function mixer() {
  for (const group of GROUPS) {
    const name = make("span", { class: "voice-name", "data-group": group, text: group });
    $("voices").append(make("div", { class: "voice", role: "group", "aria-label": group },
      name, toggle(`mute_${group}`, "Mute", `mute ${group}`), toggle(`lock_${group}`, "Lock", `lock ${group}`),
      make("label", { class: "fade" }, make("span", { text: "level" }), fader(`level_${group}`, `level of ${group}`)),
      make("label", { class: "fade" }, make("span", { text: "density" }), fader(`density_${group}`, `density of ${group}`))));
  }
}

function pad() {
  const box = $("pad"), dot = $("pad-dot");
  const put = (event) => {
    const area = box.getBoundingClientRect();
    const unit = (x) => Math.round(Math.min(1, Math.max(0, x)) * 1000) / 1000;
    set("morph", unit((event.clientX - area.left) / area.width));
    set("density", unit(1 - (event.clientY - area.top) / area.height));
  };
  let held = false;
  box.addEventListener("pointerdown", (event) => { held = true; box.setPointerCapture(event.pointerId); put(event); });
  box.addEventListener("pointermove", (event) => { if (held) put(event); });
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { held = false; });
  const paint = () => {
    const [x, y] = [value("morph"), value("density")];
    dot.style.left = `${x * 100}%`;
    dot.style.top = `${(1 - y) * 100}%`;
    box.setAttribute("aria-valuenow", x);
    box.setAttribute("aria-valuetext", `morph ${x.toFixed(2)}, density ${y.toFixed(2)}`);
    for (const [id, name] of [["pad-a", "style"], ["pad-b", "style_b"]]) write($(id), titleOf(value(name)));
  };
  for (const name of ["morph", "density", "style", "style_b"]) drawWith(name, paint);
  paint();
}

const titleOf = (name) => about.styles.find((one) => one.name === name)?.title ?? name;

function header(changed) {
  const any = (...names) => !changed || names.some((name) => changed.has(name));
  if (any("transport")) {
    const on = playing();
    $("play").setAttribute("aria-pressed", String(on));
    write($("play-sign"), on ? "■" : "▶");
    write($("play-word"), on ? "Stop" : "Play");
    write($("transport"), WORDS[now.transport] ?? now.transport);
    document.documentElement.dataset.transport = now.transport;
  }
  if (any("title")) write($("title"), now.title);
  if (any("pos", "c:tempo") && document.activeElement !== $("tempo")) {
    const bpm = playing() || now.driver !== "internal" ? now.pos[2] : value("tempo");
    $("tempo").value = (Math.round(bpm * 10) / 10).toString();
  }
  if (any("driver", "steadiness", "peers")) {
    const who = { internal: "own clock", midi: `MIDI clock ±${now.steadiness.toFixed(1)} ms`, link: `Link, ${now.peers} ${now.peers === 1 ? "peer" : "peers"}` };
    write($("clock"), who[now.driver] ?? now.driver);
    $("clock").dataset.steady = now.driver !== "midi" || now.steadiness < 2 ? "yes" : "no";
  }
  if (any("meter")) $("pulses").replaceChildren(...Array.from({ length: now.meter[0] }, () => make("i")));
  if (changed?.has("complaint") && now.complaint) toast(now.complaint);
  if (any("lessons")) $("unlearn").hidden = !now.lessons;
  if (any("learn")) {
    write($("learn-words"), now.learn || HINT);
    if (now.learn.startsWith(GAVE_UP)) { learning.control = ""; learn(false); }
  }
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

// ---- keys
const KEYS = { " ": playOrStop, f: () => press("fill"), F: () => press("fill_now"), n: () => press("new_idea"), u: () => press("undo"),
  l: () => set("loop", value("loop") ? 0 : 1), c: () => press("capture"), r: () => set("record", value("record") ? 0 : 1), t: tap,
  ArrowUp: () => nudge("density", 0.05), ArrowDown: () => nudge("density", -0.05), ArrowRight: () => nudge("morph", 0.05), ArrowLeft: () => nudge("morph", -0.05),
  Escape: () => learn(false) };

function nudge(name, by) {
  set(name, Math.round(Math.min(1, Math.max(0, value(name) + by)) * 1000) / 1000);
}

function key(event) {
  const at = event.target, typing = at.matches("input:not([type=range]), select, textarea");
  if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
  const arrow = event.key.startsWith("Arrow");
  if (arrow && at.matches("[type=range], [role=slider]:not(#pad), [role=radio], #styles *")) return;
  if (event.key === " " && at.matches("button, a, [role=option]") && at !== $("play")) return;
  const digit = /^Digit([1-8])$/.exec(event.code);
  if (digit) snapshot(LETTERS[digit[1] - 1], event.shiftKey);
  else if (KEYS[event.key] && !(event.repeat && !arrow)) KEYS[event.key]();
  else return;
  event.preventDefault();
}

// ---- light and dark, the link, the frames
function theme(name) {
  document.documentElement.dataset.theme = name;
  document.dispatchEvent(new Event("theme"));
}
// Dark unless asked: a browser without a wish says "light" too, and a stage is dark.
const THEMES = ["dark", "light", "as the system"];
const light = matchMedia("(prefers-color-scheme: light)");
let colours = THEMES.includes(localStorage.getItem("theme")) ? localStorage.getItem("theme") : "dark";
function paint() {
  theme(colours === "as the system" ? (light.matches ? "light" : "dark") : colours);
  $("theme").setAttribute("aria-label", `Colours: ${colours}`);
  $("theme").title = `Colours: ${colours}`;
}
light.addEventListener("change", paint);
$("theme").addEventListener("click", () => {
  colours = THEMES[(THEMES.indexOf(colours) + 1) % THEMES.length];
  localStorage.setItem("theme", colours);
  paint();
});
paint();
const PATIENCE = 2500; // ms without the drummer before it is said, at the first visit
const missed = () => { $("gone").hidden = document.documentElement.dataset.link === "on"; };
new MutationObserver(() => { if (built) missed(); }).observe(document.documentElement, { attributeFilter: ["data-link"] });
setTimeout(missed, PATIENCE);
document.addEventListener("refused", (event) => toast(event.detail));

const FRAME = 1000 / 60; // ms until what is drawn now is seen, at the earliest
const rate = { frames: 0, since: performance.now(), fps: 0, slow: 0, last: 0 };
let beatShown = "";
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

function where(at) {
  const [number, tick] = place(at), beat = playing() ? Math.floor(tick / ((480 * 4) / now.meter[1])) : -1;
  const text = `${number}.${beat}`;
  if (text === beatShown) return;
  beatShown = text;
  write($("where-bar"), String(number + 1));
  write($("where-beat"), String(Math.max(0, beat) + 1));
  [...$("pulses").children].forEach((one, i) => { one.dataset.on = i === beat ? "yes" : "no"; });
}

globalThis.panel = { now, clock, counts, drawn, rate, table, tell, tickAt, set, title }; // for tests and benchmarks
connect();
requestAnimationFrame(frame);
