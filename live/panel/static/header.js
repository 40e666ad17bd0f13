// The header: play, where the song is, tempo and tap, whose clock it is.

import { beatTicks, place, pulseTicks } from "./bars.js";
import { $, make, write } from "./dom.js";
import { linked, now, playing, press, set, table, value, watch } from "./net.js";

const WORDS = { playing: "playing", stopped: "stopped", armed: "waiting for the clock", lost: "playing on: the clock fell silent", gone: "the clock is gone" };
const TAPS = 2000; // ms after which a tap is the first again
const tenths = (bpm) => Math.round(bpm * 10) / 10;

export const playOrStop = () => press(playing() || now.transport === "armed" ? "stop" : "play");

let taps = [];
export function tap() {
  const at = performance.now(), { low, high } = table.get("tempo");
  if (taps.length && at - taps.at(-1) > TAPS) taps = [];
  taps = [...taps, at].slice(-9);
  if (taps.length < 3) return;
  const bpm = (60000 * (taps.length - 1)) / (taps.at(-1) - taps[0]);
  if (bpm >= low && bpm <= high) set("tempo", tenths(bpm));
}

const tempo = () => tenths(playing() || now.driver !== "internal" ? now.pos[2] : value("tempo"));

/** Takes what was typed, the nearest that there is; what is no number leaves it as it was. */
function typed() {
  const { low, high } = table.get("tempo"), wished = Number.parseFloat($("tempo").value.replace(",", "."));
  const bpm = Number.isFinite(wished) ? tenths(Math.min(high, Math.max(low, wished))) : tempo();
  $("tempo").value = String(bpm);
  if (Number.isFinite(wished)) set("tempo", bpm);
}

export function header() {
  $("play").addEventListener("click", playOrStop);
  $("tap").addEventListener("click", tap);
  $("tempo").addEventListener("change", typed);
  $("tempo").addEventListener("keydown", (event) => {
    if (event.key === "Escape") $("tempo").value = String(tempo());
    if (event.key === "Enter") typed();
    if (event.key === "Enter" || event.key === "Escape") $("tempo").blur();
  });
  watch(show);
  show(null);
}

function show(changed) {
  const any = (...names) => !changed || names.some((name) => changed.has(name));
  if (any("transport", "link")) transport();
  if (any("title")) write($("title"), now.title);
  if (any("pos", "c:tempo", "driver") && document.activeElement !== $("tempo")) $("tempo").value = String(tempo());
  if (any("driver", "steadiness", "peers")) clock();
  if (any("meter")) $("pulses").replaceChildren(...Array.from({ length: now.meter[2] / beatTicks(now.meter) }, () => make("i")));
}

function transport() {
  const on = playing(), state = linked() ? now.transport : "gone";
  $("play").setAttribute("aria-pressed", String(on));
  write($("play-sign"), on ? "■" : "▶");
  write($("play-word"), on ? "Stop" : "Play");
  write($("transport"), linked() ? WORDS[state] ?? state : "not connected");
  document.documentElement.dataset.transport = state;
}

function clock() {
  const peers = `${now.peers} ${now.peers === 1 ? "peer" : "peers"}`;
  const who = { internal: "own clock", midi: `MIDI clock ±${now.steadiness.toFixed(1)} ms`, link: `Link, ${peers}` };
  write($("clock"), who[now.driver] ?? now.driver);
  $("clock").dataset.steady = now.driver !== "midi" || now.steadiness < 2 ? "yes" : "no";
  for (const id of ["tempo", "tap"]) {
    $(id).disabled = now.driver === "midi"; // it is the master's
    $(id).title = now.driver === "midi" ? "The tempo is that of the MIDI clock" : "";
  }
}

let beatShown = "";
/** Bar and beat at a performance.now(). */
export function where(at) {
  const [number, tick] = place(at), beat = playing() ? Math.floor(tick / pulseTicks(now.meter)) : -1;
  const text = `${number}.${beat}`;
  if (text === beatShown) return;
  beatShown = text;
  write($("where-bar"), String(number + 1));
  write($("where-beat"), String(Math.max(0, beat) + 1));
  [...$("pulses").children].forEach((one, i) => { one.dataset.on = beat >= 0 && i === Math.floor(tick / beatTicks(now.meter)) ? "yes" : "no"; });
}
