// On a phone one part of the page is seen at a time; which, the bar at the bottom says.

import { $, make } from "./dom.js";

const TABS = { bars: "Bars", knobs: "Knobs", style: "Style", voices: "Voices", takes: "Takes", more: "More" };

function show(name) {
  document.documentElement.dataset.tab = name;
  localStorage.setItem("tab", name);
  for (const one of $("tabs").children) {
    if (one.dataset.tab === name) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  }
  scrollTo(0, 0);
  for (const what of ["resize", "tab"]) dispatchEvent(new Event(what)); // what is drawn has a size now
}

export function tabs() {
  for (const [name, text] of Object.entries(TABS)) {
    const one = make("button", { type: "button", "data-tab": name, text });
    one.addEventListener("click", () => show(name));
    $("tabs").append(one);
  }
  const kept = localStorage.getItem("tab");
  show(kept in TABS ? kept : "bars");
}
