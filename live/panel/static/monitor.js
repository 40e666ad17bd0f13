// The sound of the page: the strokes of the bars to come, handed to the drums a little ahead by
// the performance's clock. A monitor: off where a port of the user's is played into.

import { barLine, bars, shiftTicks } from "./bars.js";
import { $, make, write } from "./dom.js";
import { about, moment, now, playing, tickMs, watch } from "./net.js";
import { Drums, KITS } from "./sound.js";

const EVERY = 40; // ms between looks
const AHEAD = 200; // ms; a page in the background is woken once a second only
const AHEAD_HIDDEN = 1400;
const OPEN = 60; // ms ahead for a bar that is not decided yet: it may still be another
const SOON = 15; // ms: what sounds so soon is not taken back
const MOVED = 3; // ms that a stroke may move before it is handed over anew
const SLIPPED = 3; // samples elsewhere in a row: the sound faltered, or has another loudspeaker
const SAMPLES = 25; // of the way from our clock to the sound's, a second of them; their median counts
export const scheduled = { notes: 0, late: 0, anew: 0 };

let context = null, drums = null, wanted = null; // null: as the ports say
let samples = [];
const handed = new Map(); // stroke -> when it is heard, performance.now(); velocity, context time, song tick

/** Nobody else makes the drums heard: no port but our own virtual one, and our own clock. */
const alone = () => now.driver === "internal" && (now.outputs ?? []).every((port) => port === "MidiDrumiGen Out");
const on = () => wanted ?? alone();

function start() {
  if (!on()) return;
  if (!context) {
    context = new AudioContext({ latencyHint: "interactive" });
    context.addEventListener("statechange", () => { samples = []; show(); });
    drums = new Drums(context, $("kit").value);
    drums.setVolume(Number($("volume").value));
  }
  if (context.state === "suspended") context.resume();
}

const heard = () => on() && context?.state === "running";

function show() {
  $("sound").setAttribute("aria-pressed", String(heard()));
  write($("sound"), heard() ? "Sound on" : on() ? "Click to hear" : "Sound off");
  drums?.setMuted(!on());
}

/** Seconds of context time less performance.now(): what is given for it is heard then, not given
 * then. The stamp of what leaves the loudspeaker now says it to a tenth of a ms; currentTime goes
 * in steps of a buffer, 10 ms here, and knows of no latency. */
function sample() {
  const stamp = context.getOutputTimestamp?.() ?? {};
  const latency = context.outputLatency || context.baseLatency || 0;
  samples.push(stamp.contextTime > 0 && stamp.performanceTime > 0
    ? stamp.contextTime - stamp.performanceTime / 1000
    : context.currentTime - latency - performance.now() / 1000);
  const usual = median(samples), last = samples.slice(-SLIPPED);
  const slipped = last.length === SLIPPED && last.every((one) => Math.abs(one - usual) > MOVED / 1000);
  samples = slipped ? last : samples.slice(-SAMPLES);
}

function median(some) {
  const sorted = [...some].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

const soundTime = (at) => at / 1000 + median(samples);

/** The strokes that are to be handed over by now: key -> [when, voice, velocity, song tick]. */
function coming(at) {
  const [moved, tick, bpm] = now.pos, one = tickMs(bpm), found = new Map();
  const latency = 1000 * (context.outputLatency || 0);
  for (const [number, bar] of bars) {
    const open = number > (now.place ?? 0) && !now.decided;
    const ahead = document.hidden ? AHEAD_HIDDEN : latency + (open ? OPEN : AHEAD);
    for (const [hit, row, velocity, score] of bar.hits) {
      const sounds = barLine(number) + hit + shiftTicks();
      const when = moment(moved) + (sounds - tick) * one;
      if (when > at - SOON && when < at + ahead) found.set(`${number}/${score}/${row}`, [when, row, velocity, sounds]);
    }
  }
  return found;
}

/** What was handed over, has not sounded and is no longer so: muted, moved, of another bar. The
 * sound's own clock may have slipped too. */
function outdated(strokes, from) {
  for (const [key, was] of handed) {
    if (was.when <= from) continue;
    const [when, , velocity] = strokes.get(key) ?? [];
    if (when === undefined || Math.abs(when - was.when) > MOVED || velocity !== was.velocity) return true;
    if (Math.abs(soundTime(was.when) - was.sounds) > MOVED / 1000) return true;
  }
  return false;
}

function schedule() {
  if (!on() || context?.state !== "running" || !playing()) return;
  sample();
  const at = performance.now(), strokes = coming(at), from = at + SOON + 1000 * (context.outputLatency || 0);
  if (outdated(strokes, from)) {
    drums.cancelAfter(soundTime(from));
    for (const [key, was] of handed) if (was.when > from) handed.delete(key);
    scheduled.anew += 1;
  }
  for (const [key, [when, row, velocity, tick]] of strokes) {
    if (handed.has(key)) continue;
    const wanted = soundTime(when), sounds = Math.max(wanted, context.currentTime);
    handed.set(key, { when, velocity, sounds, tick });
    if (sounds > wanted) scheduled.late += 1;
    drums.play(about.voices[row][0], velocity, sounds);
    scheduled.notes += 1;
  }
  for (const [key, was] of handed) if (was.when < at - 4000) handed.delete(key);
}

/** One stroke now, because somebody wants to hear it. */
export function hear(row, velocity) {
  start();
  if (heard()) drums.play(about.voices[row][0], velocity, context.currentTime);
}

/** What was handed over and has not sounded is taken back: it stopped, or began anew. */
function silence() {
  handed.clear();
  if (context) drums.cancelAfter(context.currentTime);
}

export function monitor() {
  $("kit").append(...KITS.map((kit) => make("option", { value: kit, text: kit })));
  $("kit").addEventListener("change", () => drums?.setKit($("kit").value));
  $("volume").addEventListener("input", () => drums?.setVolume(Number($("volume").value)));
  $("sound").addEventListener("click", () => { wanted = !heard(); start(); show(); });
  // A browser lets nothing sound before a hand was there; the button itself decides by its click.
  for (const gesture of ["pointerup", "keydown"]) document.addEventListener(gesture, ({ target }) => { if (!$("sound").contains(target)) start(); });
  watch((changed) => {
    if (changed?.has("transport")) silence();
    if (!changed || changed.has("outputs") || changed.has("driver")) show();
    if (changed && ["bar", "next", "decided", "shift"].some((name) => changed.has(name))) schedule();
  });
  setInterval(schedule, EVERY);
  globalThis.panel.sound = { scheduled, handed, get context() { return context; }, get drums() { return drums; } };
}
