// Ports and clients: what is connected, what it said last, and how long ago that was.

import { $, make, write } from "./dom.js";
import { clock, now, watch } from "./net.js";

const KINDS = { in: "in", out: "out", controller: "knobs", osc: "OSC" };
const FRESH = 0.6; // seconds that the lamp of a endpoint is lit
const EVERY = 250; // ms between looks at how long ago

/** Seconds in words that stay short. */
function ago(seconds) {
  if (seconds < 1) return "now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3600)} h ago`;
}

function build(endpoints) {
  $("endpoints").replaceChildren(...endpoints.map(([kind, name]) => make("li", { class: "endpoint", "data-kind": kind },
    make("i", { class: "lamp", "aria-hidden": "true" }), make("span", { class: "endpoint-kind", text: KINDS[kind] ?? kind }),
    make("b", { text: name, title: name }), make("span", { class: "endpoint-said" }), make("span", { class: "endpoint-ago" }))));
}

function show() {
  const endpoints = now.endpoints ?? [], list = $("endpoints"), key = endpoints.map(([kind, name]) => `${kind} ${name}`).join("\n");
  if (list.dataset.key !== key) {
    list.dataset.key = key;
    build(endpoints);
  }
  $("endpoints-none").hidden = endpoints.length > 0;
  const at = clock(performance.now());
  endpoints.forEach(([, , text, when, ticking, told], i) => {
    const [lamp, , , said, since] = list.children[i].children;
    const words = [ticking ? "clock" : "", text, told ? "is told of changes" : ""].filter(Boolean).join(" · ");
    write(said, words || "nothing yet");
    said.title = words;
    write(since, when === null ? "" : ago(at - when));
    lamp.dataset.lit = ticking || (when !== null && at - when < FRESH) ? "yes" : "no";
  });
}

export function endpoints() {
  watch((changed) => { if (!changed || changed.has("endpoints")) show(); });
  setInterval(() => { if (!document.hidden) show(); }, EVERY);
  show();
}
