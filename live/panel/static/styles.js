// The style browser: search, tempo, where it is known from, and two styles to morph between.

import { $, make } from "./dom.js";
import { drawWith } from "./knobs.js";
import { about, set, value } from "./net.js";

let end = "style"; // or style_b
let asked = "";

const plain = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, " ");

/** Every word must be found; a number is a tempo the style is played at. */
function fits(style, words) {
  const text = plain(`${style.title} ${style.name} ${style.kind} ${style.trained ? "trained" : "patterns"} ${style.text} ${style.sources.map((s) => s[1]).join(" ")}`);
  return words.every((word) => (/^\d{2,3}$/.test(word) && !text.includes(word)
    ? Number(word) >= style.tempo[0] && Number(word) <= style.tempo[2] : text.includes(word)));
}

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
  one.addEventListener("click", () => { set(end, style.name); tell(style); });
  return make("li", {}, one);
}

function fill() {
  const words = plain(asked).split(" ").filter(Boolean);
  const found = about.styles.filter((style) => fits(style, words));
  $("styles").replaceChildren(...found.map(item));
  if (!found.length) $("styles").append(make("li", { class: "none", text: "no style like that" }));
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

function tell(style) {
  if (!style) return;
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
    make("p", {}, make("b", { text: style.title }), ` ${style.kind}, ${style.tempo[0]}–${style.tempo[2]} BPM, usually ${style.tempo[1]}, swing ${style.swing[0]} %; ${style.trained ? "by the trained drummer" : "from patterns"}`),
    make("p", { class: "text", text: style.text }), ...sources);
}

function choose(which) {
  end = which;
  $("end-a").setAttribute("aria-checked", String(end === "style"));
  $("end-b").setAttribute("aria-checked", String(end === "style_b"));
  mark();
  tell(about.styles.find((one) => one.name === value(end)));
}

export function styles() {
  fill();
  choose("style");
  $("search").addEventListener("input", () => { asked = $("search").value; fill(); });
  $("end-a").addEventListener("click", () => choose("style"));
  $("end-b").addEventListener("click", () => choose("style_b"));
  for (const name of ["style", "style_b"]) {
    drawWith(name, () => { mark(); if (name === end) tell(about.styles.find((one) => one.name === value(name))); });
  }
  const one = $("styles").querySelector("[aria-pressed=true]");
  if (one) $("styles").scrollTop = one.offsetTop - $("styles").offsetTop - 68; // not the page
}
