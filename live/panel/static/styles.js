// The style browser: search, groups, favourites, where it is known from, and two styles to morph
// between.

import { $, make, write } from "./dom.js";
import { like, likes } from "./favourites.js";
import { drawWith, taught } from "./knobs.js";
import { about, now, set, value, watch } from "./net.js";
import { found } from "./search.js";

const KINDS = { genre: "Genres", drummer: "Drummers", producer: "Producers" }; // in this order
let end = "style"; // or style_b
let asked = "";

const MARKS = ["measured", "literature", "design choice"];

/** Where a style's figures are known from: a dot for each kind of source. */
function marks(style) {
  const known = MARKS.filter((mark) => style.sources.some((source) => source[1] === mark));
  const words = known.join(", ");
  return make("span", { class: "marks", role: "img", "aria-label": words, title: words }, ...known.map((mark) => make("i", { "data-mark": mark })));
}

function item(style) {
  const one = make("button", { type: "button", class: "style", "data-style": style.name },
    make("b", { text: style.title }), marks(style),
    make("span", { class: "range", text: `${style.tempo[0]}–${style.tempo[2]}` }));
  one.addEventListener("click", () => take(style));
  const star = make("button", { type: "button", class: "star quiet", "aria-pressed": String(likes(style.name)), "aria-label": `Favourite: ${style.title}`, text: likes(style.name) ? "★" : "☆" });
  star.addEventListener("click", () => { like(style.name); fill(); $("styles").querySelector(`[data-style="${style.name}"]`)?.nextSibling.focus({ preventScroll: true }); });
  return make("li", {}, one, star);
}

function take(style) {
  set(end, style.name);
  tell(style);
}

/** Favourites, then each kind under its name; the kinds that we do not know come last. */
function groups() {
  const kinds = [...new Set([...Object.keys(KINDS), ...about.styles.map((one) => one.kind)])];
  return [["Favourites", about.styles.filter((one) => likes(one.name))],
    ...kinds.map((kind) => [KINDS[kind] ?? kind, about.styles.filter((one) => one.kind === kind && !likes(one.name))])];
}

function fill() {
  const list = $("styles"), at = list.scrollTop;
  if (asked.trim()) {
    const some = found(about.styles, asked);
    list.replaceChildren(...some.map(item));
    if (!some.length) list.append(make("li", { class: "none", text: "no style like that" }));
  } else {
    list.replaceChildren(...groups().filter(([, some]) => some.length)
      .flatMap(([title, some]) => [make("li", { class: "kind", text: title }), ...some.map(item)]));
    list.scrollTop = at;
  }
  mark();
}

function mark() {
  for (const one of $("styles").querySelectorAll(".style")) {
    const ends = [["A", "style"], ["B", "style_b"]].filter(([, name]) => value(name) === one.dataset.style).map(([letter]) => letter).join("");
    one.dataset.end = ends;
    one.querySelector("b").dataset.end = ends;
    one.setAttribute("aria-pressed", String(ends.includes(end === "style" ? "A" : "B")));
  }
}

const chosen = () => about.styles.find((one) => one.name === value(end));

/** Whoever plays it: the trained drummer knows 4/4 only. */
const player = (style) => about.by[style.trained && now.trained ? "model" : "template"];

/** Where our own clock leads, the tempo that a style is usually played at. */
function offer() {
  const usual = chosen()?.tempo[1], other = now.driver === "internal" && usual && Math.abs(value("tempo") - usual) >= 0.5;
  $("style-tempo").hidden = !other;
  if (other) write($("style-tempo"), `Play at its ${usual} BPM`);
}

function tell(style) {
  if (!style) return;
  offer();
  const sources = MARKS.map((mark) => {
    const some = style.sources.filter((one) => one[1] === mark);
    if (!some.length) return null;
    const why = [...new Set(some.map((one) => one[2]))].join("\n");
    const figures = [...new Set(some.map((one) => one[0]))].join(", ");
    const sure = some.reduce((sum, one) => sum + one[3], 0) / some.length;
    return make("details", { class: "source", "data-mark": mark }, make("summary", { text: `${mark}: ${figures}` }),
      make("p", { text: `${why} (confidence ${sure.toFixed(2)})` }));
  }).filter(Boolean);
  $("style-about").replaceChildren(
    make("p", {}, make("b", { text: style.title }), ` ${style.kind}, ${style.tempo[0]}–${style.tempo[2]} BPM, usually ${style.tempo[1]}, swing ${Math.round(style.swing[0] * 10) / 10} %; ${player(style)}`),
    make("p", { class: "text", text: style.text }), ...sources);
}

/** The list, and not the page, shows the chosen style. */
function bring() {
  const one = $("styles").querySelector(".style[aria-pressed=true]");
  if (one) $("styles").scrollTop = one.offsetTop - $("styles").offsetTop - 68;
}

function ask(words) {
  asked = words;
  fill();
  $("styles").scrollTop = 0;
}

/** All styles again, and the keys are the transport's. */
function leave() {
  $("search").value = "";
  $("search").blur();
  ask("");
  bring();
}

function choose(which) {
  end = which;
  $("end-a").setAttribute("aria-checked", String(end === "style"));
  $("end-b").setAttribute("aria-checked", String(end === "style_b"));
  mark();
  tell(chosen());
}

function arrow(event) {
  const all = [...$("styles").querySelectorAll(".style")], to = all.indexOf(document.activeElement) + { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (Number.isNaN(to)) return;
  (to < 0 ? $("search") : all[to])?.focus();
  event.preventDefault();
  event.stopPropagation();
}

export function styles() {
  fill();
  choose("style");
  $("search").addEventListener("input", () => ask($("search").value));
  $("search").addEventListener("keydown", (event) => {
    const best = event.key === "Enter" && asked.trim() && found(about.styles, asked)[0];
    if (best) take(best);
    if (best || event.key === "Escape") leave();
  });
  for (const one of [$("search"), $("styles")]) one.addEventListener("keydown", arrow);
  $("style-tempo").addEventListener("click", () => { if (!taught("tempo")) set("tempo", chosen().tempo[1]); });
  drawWith("tempo", offer);
  watch((changed) => { if (changed?.has("driver")) offer(); if (changed?.has("trained")) tell(chosen()); });
  $("end-a").addEventListener("click", () => choose("style"));
  $("end-b").addEventListener("click", () => choose("style_b"));
  for (const name of ["style", "style_b"]) {
    drawWith(name, () => { mark(); if (name === end) tell(chosen()); });
  }
  addEventListener("tab", bring);
  bring();
}
