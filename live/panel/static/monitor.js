// The sound of the page: the strokes of the bars to come, handed to the drums a little ahead by
// the performance's clock. A monitor: off where a port of the user's is played into.

import { bars, barTicks } from "./bars.js";
import { $, make } from "./dom.js";
import { about, moment, now, playing, tickMs, watch } from "./net.js";
import { Drums, KITS } from "./sound.js";

const EVERY = 40; // ms between looks
const AHEAD = 200; // ms; a page in the background is woken once a second only
const AHEAD_HIDDEN = 1400;
export const scheduled = { notes: 0, late: 0 };

let context = null, drums = null, wanted = null; // null: as the ports say
const done = new Map(); // stroke -> when it sounds, performance.now()

/** Nobody else makes the drums heard: no port but our own virtual one, and our own clock. */
const alone = () => now.driver === "internal" && (now.outputs ?? []).every((port) => port === "MidiDrumiGen Out");
const on = () => wanted ?? alone();

function start() {
  if (!on()) return;
  if (!context) {
    context = new AudioContext({ latencyHint: "interactive" });
    drums = new Drums(context, $("kit").value);
    drums.setVolume(Number($("volume").value));
  }
  if (context.state === "suspended") context.resume();
}

function show() {
  const sounding = on() && context?.state === "running";
  $("sound").setAttribute("aria-pressed", String(on()));
  $("sound").textContent = on() ? (sounding || !context ? "Sound on" : "Sound: click") : "Sound off";
  drums?.setMuted(!on());
}

function schedule() {
  if (!on() || context?.state !== "running") return;
  if (!playing()) return;
  const at = performance.now(), until = at + (document.hidden ? AHEAD_HIDDEN : AHEAD);
  const [moved, tick, bpm] = now.pos, one = tickMs(bpm), from = moment(moved);
  for (const [number, bar] of bars) {
    const line = from + (number * barTicks() - tick) * one + (now.shift ?? 0);
    for (const [hit, row, velocity, score] of bar.hits) {
      const when = line + hit * one, key = `${number}/${score}/${row}`;
      if (when > until || when < at - 15 || done.has(key)) continue;
      done.set(key, when);
      sound(row, velocity, when - at);
    }
  }
  for (const [key, when] of done) if (when < at - 4000) done.delete(key);
}

function sound(row, velocity, inMs) {
  const delay = inMs / 1000 - (context.outputLatency || 0);
  if (delay < 0) scheduled.late += 1;
  drums.play(about.voices[row][0], velocity, context.currentTime + Math.max(0, delay));
  scheduled.notes += 1;
}

/** What was handed over and has not sounded is taken back: it stopped, or began anew. */
function silence() {
  done.clear();
  if (context) drums.cancelAfter(context.currentTime);
}

export function monitor() {
  $("kit").append(...KITS.map((kit) => make("option", { value: kit, text: kit })));
  $("kit").addEventListener("change", () => drums?.setKit($("kit").value));
  $("volume").addEventListener("input", () => drums?.setVolume(Number($("volume").value)));
  $("sound").addEventListener("click", () => { wanted = !(on() && (!context || context.state === "running")); start(); show(); });
  for (const gesture of ["pointerup", "keydown"]) document.addEventListener(gesture, () => { start(); setTimeout(show, 60); });
  watch((changed) => {
    if (changed?.has("transport")) silence();
    if (!changed || changed.has("outputs") || changed.has("driver")) show();
  });
  setInterval(schedule, EVERY);
  globalThis.panel.sound = { scheduled, get context() { return context; }, get drums() { return drums; } };
}
