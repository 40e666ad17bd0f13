// How it goes: ports, peers, faults with their remedy, and two small plots of the last minutes.

import { $, colour, make, many, sharp, write } from "./dom.js";
import { about, now, watch } from "./net.js";

const POINTS = 300; // seconds

function plot(id, of, top, mark) {
  const [g, width, height] = sharp($(id));
  g.clearRect(0, 0, width, height);
  g.fillStyle = colour("line");
  g.fillRect(0, height - 1, width, 1);
  const most = Math.max(top, ...about.past.map(of)), end = about.past.at(-1)?.[0] ?? 0;
  g.fillRect(0, height - (mark / most) * (height - 4), width, 1);
  g.fillStyle = colour("accent");
  for (const point of about.past) {
    const x = width - ((end - point[0]) / POINTS) * width, tall = Math.max(1, (of(point) / most) * (height - 4));
    if (x >= 0) g.fillRect(x - 2, height - tall, Math.max(1.5, width / POINTS), tall);
  }
}

function facts() {
  const [state, device, ms] = now.drummer;
  const rows = {
    drummer: `${state}${device ? ` on ${device}, ${ms} ms a bar` : ""}`,
    played: `${now.played}; ${many(now.counts.sent ?? 0, "note")}`,
    MIDI: now.midi, OSC: now.osc, priority: now.priority,
  };
  if ($("facts").children.length !== 2 * Object.keys(rows).length) {
    $("facts").replaceChildren(...Object.keys(rows).flatMap((name) => [make("dt", { text: name }), make("dd")]));
  }
  Object.values(rows).forEach((text, i) => write($("facts").children[2 * i + 1], text));
}

function faults() {
  $("faults").replaceChildren(...now.faults.map(([kind, count, text, remedy]) => make("li", { "data-kind": kind },
    make("b", { text: kind === "hint" ? kind : `${kind} ${count}×` }), ` ${text}`, make("small", { text: remedy }))));
}

export function health() {
  const plots = () => {
    plot("plot-late", (point) => point[2], 1, 1);
    plot("plot-ready", (point) => point[4], 3, 1);
    write($("late"), `usually ${now.late[0].toFixed(1)}, 1 in 100 ${now.late[1].toFixed(1)}, worst ${now.late[2].toFixed(1)} ms`);
    write($("ready"), String(now.ready));
  };
  const all = (changed) => {
    if (changed?.has("sample")) about.past = [...about.past, now.sample].slice(-POINTS);
    if (!changed || changed.has("sample")) plots();
    if (!changed || ["drummer", "counts", "midi", "osc"].some((name) => changed.has(name))) facts();
    if (!changed || changed.has("faults")) faults();
  };
  watch(all);
  all(null);
  document.addEventListener("theme", plots);
  addEventListener("resize", plots);
}
