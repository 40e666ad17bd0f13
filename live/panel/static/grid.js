// The drum grid: the bar that plays and the next one. Brightness is velocity, a hit stands where
// it sounds, beside the line it is written on; the playhead goes by the performance's clock.

import { bars, beatTicks, meterOf, place, shiftTicks, shown } from "./bars.js";
import { $, colour, many, sharp, write } from "./dom.js";
import { about, now, playing, watch } from "./net.js";

const LABELS = 62, GAP = 18, TOP = 4, GLOW = 220; // pixels; ms that a hit shines
const STEADY = matchMedia("(prefers-reduced-motion: reduce)");
const NAMES = { closed_hat: "hat", pedal_hat: "foot hat", side_stick: "stick", ride_bell: "bell", percussion: "perc" };
export const drawn = { rows: [], frames: 0, hits: [0, 0], tick: 0, number: 0, seen: 0 };

let rows = []; // all voices, each always in its place
let key = "";
let layer = null; // the bars without playhead, drawn when they change

/** The places of the bar of a number and the next one, each with its own meter. */
function layout(width, height, number) {
  const stacked = width < 560;
  const half = stacked ? width - LABELS : (width - LABELS - GAP) / 2;
  const each = stacked ? (height - GAP) / 2 : height;
  const place = (side) => (stacked
    ? { x: LABELS, y: TOP + side * (each + GAP / 2), w: half - 6, h: each - TOP - 2, meter: meterOf(number + side) }
    : { x: LABELS + side * (half + GAP), y: TOP, w: half - 6, h: each - 2 * TOP, meter: meterOf(number + side) });
  return { sides: [place(0), place(1)], stacked };
}

function lines(g, box, rowHeight) {
  const ticks = box.meter[2], pulse = beatTicks(box.meter), step = 120;
  for (let i = 0; i < rows.length; i += 1) {
    g.fillStyle = colour(i % 2 ? "row" : "row2");
    g.fillRect(box.x, box.y + i * rowHeight, box.w, rowHeight);
  }
  for (let tick = 0; tick <= ticks; tick += step) {
    const beat = tick % pulse === 0;
    g.fillStyle = colour(beat ? "line2" : "line");
    g.fillRect(Math.round(box.x + (tick / ticks) * box.w), box.y, 1, rowHeight * rows.length);
  }
}

/** Width and height of a hit: the harder, the taller. */
function size(box, rowHeight, velocity) {
  const most = Math.min(rowHeight - 4, (box.w / box.meter[2]) * 112, 24);
  const tall = Math.min(rowHeight - 4, 32) * (0.42 + 0.58 * (velocity / 127));
  return [Math.max(4, Math.min(most * 0.62, 13)), Math.max(5, tall)];
}

/** Where a hit stands that sounds at a tick, in the middle of its row. */
function spot(box, rowHeight, tick, index) {
  return [box.x + ((tick + shiftTicks()) / box.meter[2]) * box.w, box.y + (index + 0.5) * rowHeight];
}

function hit(g, box, rowHeight, [tick, row, velocity, score]) {
  const index = rows.indexOf(row);
  if (index < 0) return;
  const [x, y] = spot(box, rowHeight, tick, index);
  const [wide, tall] = size(box, rowHeight, velocity);
  const late = x - (box.x + (score / box.meter[2]) * box.w);
  if (Math.abs(late) > 1.2) { // the line from where it is written to where it sounds
    g.globalAlpha = 0.55;
    g.fillStyle = colour("dim");
    g.fillRect(Math.min(x, x - late), y - 0.5, Math.abs(late), 1);
  }
  g.globalAlpha = 0.2 + 0.8 * (velocity / 127) ** 1.4;
  g.fillStyle = colour(`g-${about.voices[row]?.[2] ?? "kick"}`);
  g.beginPath();
  g.roundRect(x - 1, y - tall / 2, wide, tall, 2.5);
  g.fill();
  g.globalAlpha = 1;
}

function bar(g, side, one, rowHeight) {
  lines(g, side, rowHeight);
  if (!one) return;
  if (one.fill) {
    g.fillStyle = colour("fillwash");
    g.fillRect(side.x, side.y, side.w, rowHeight * rows.length);
  }
  for (const each of one.hits) hit(g, side, rowHeight, each);
}

function labels(g, side, rowHeight) {
  g.font = `500 ${Math.min(12, Math.max(9, rowHeight - 3))}px ui-sans-serif, system-ui, sans-serif`;
  g.textBaseline = "middle";
  g.fillStyle = colour("dim");
  rows.forEach((row, i) => g.fillText(NAMES[about.voices[row]?.[0]] ?? about.voices[row]?.[0].replace("_", " ") ?? "", side.x - LABELS + 2, side.y + (i + 0.5) * rowHeight));
}

function still(canvas, width, height, number) {
  layer ??= document.createElement("canvas");
  layer.width = canvas.width;
  layer.height = canvas.height;
  const g = layer.getContext("2d"), ratio = canvas.width / width;
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, width, height);
  const { sides, stacked } = layout(width, height, number);
  const pair = [bars.get(number), bars.get(number + 1)];
  sides.forEach((side, i) => {
    bar(g, side, pair[i], rowHeight(side));
    if (i === 0 || stacked) labels(g, side, rowHeight(side));
  });
  drawn.hits = pair.map((one) => one?.hits.length ?? 0);
}

const rowHeight = (side) => Math.min(48, side.h / Math.max(rows.length, 5));

/** Draw the frame that is seen at `time`, a performance.now(). */
export function draw(time) {
  const canvas = $("grid"), [g, width, height] = sharp(canvas);
  if (!width) return;
  const [number, tick] = place(time);
  const wanted = `${shown.first}/${number}/${Math.round(shiftTicks())}/${canvas.width}/${canvas.height}/${document.documentElement.dataset.theme}`;
  if (wanted !== key) {
    key = wanted;
    rows = drawn.rows = about.voices.map((_, row) => row);
    still(canvas, width, height, number);
    name("bar-now", bars.get(number), number);
    name("bar-next", bars.get(number + 1), number + 1);
    sound(bars.get(number), bars.get(number + 1));
  }
  g.clearRect(0, 0, width, height);
  g.drawImage(layer, 0, 0, width, height);
  if (playing()) head(g, layout(width, height, number).sides[0], number, tick);
  Object.assign(drawn, { frames: drawn.frames + 1, tick, number, seen: time });
}

/** Where a stroke of a bar stands on the canvas. */
drawn.spot = (number, hit) => {
  const canvas = $("grid"), side = layout(canvas.clientWidth, canvas.clientHeight, drawn.number).sides[number - drawn.number];
  return spot(side, rowHeight(side), hit[0], rows.indexOf(hit[1]));
};

/** The stroke nearest to a place of the canvas within so many pixels, and the number of its bar. */
export function at(x, y, near) {
  const canvas = $("grid"), { sides } = layout(canvas.clientWidth, canvas.clientHeight, drawn.number);
  let best = null, least = near;
  sides.forEach((side, i) => {
    const number = drawn.number + i, tall = rowHeight(side);
    for (const hit of bars.get(number)?.hits ?? []) {
      const [left, middle] = spot(side, tall, hit[0], rows.indexOf(hit[1]));
      const away = Math.hypot(x - left - 4, y - middle);
      if (away < least) [best, least] = [[number, hit], away];
    }
  });
  return best;
}

function head(g, side, number, tick) {
  const ticks = side.meter[2], tall = rowHeight(side);
  const one = bars.get(number), msTick = 60000 / (now.pos[2] * 480);
  if (one && !STEADY.matches) {
    for (const each of one.hits) {
      const ago = (tick - each[0] - shiftTicks()) * msTick;
      if (ago >= 0 && ago < GLOW) {
        shine(g, side, tall, each, 1 - ago / GLOW);
      }
    }
  }
  const x = side.x + (Math.min(tick, ticks) / ticks) * side.w;
  g.fillStyle = colour("accent");
  g.fillRect(x - 1, side.y, 2, tall * rows.length);
}

function shine(g, box, rowHeight, [tick, row, velocity], left) {
  const index = rows.indexOf(row);
  if (index < 0) return;
  const [wide, tall] = size(box, rowHeight, velocity), more = 5 * left * (velocity / 127);
  const [x, y] = spot(box, rowHeight, tick, index);
  g.globalAlpha = left * (0.35 + 0.65 * (velocity / 127));
  g.fillStyle = colour("shine");
  g.beginPath();
  g.roundRect(x - 1 - more / 2, y - (tall + more) / 2, wide + more, tall + more, 3);
  g.fill();
  g.globalAlpha = 1;
}

function name(id, one, number) {
  const phrase = Number(now["c:phrase"] ?? 8);
  const at = ((number % phrase) + phrase) % phrase;
  write($(`${id}-number`), `${number + 1}`);
  write($(`${id}-by`), one ? `${one.style}, ${one.who}` : "not decided yet");
  $(`${id}-by`).dataset.by = one?.by ?? "";
  $(`${id}-fill`).hidden = !one?.fill;
  write($(`${id}-phrase`), `${at + 1} of ${phrase}`);
}

/** What the grid shows, in words. */
function sound(one, next) {
  const words = (bar) => (bar ? `${many(bar.hits.length, "hit")}${bar.fill ? ", a fill" : ""}` : "nothing");
  $("grid").setAttribute("aria-label", `Drum grid. Now: ${words(one)}. Next: ${words(next)}.`);
}

watch((changed) => { if (!changed) key = ""; });
