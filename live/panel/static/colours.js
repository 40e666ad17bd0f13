// Dark, light, or as the system has it.

import { $ } from "./dom.js";

// Dark unless asked: a browser without a wish says "light" too, and a stage is dark.
const THEMES = ["dark", "light", "as the system"];
const light = matchMedia("(prefers-color-scheme: light)");
let chosen = THEMES.includes(localStorage.getItem("theme")) ? localStorage.getItem("theme") : "dark";

function paint() {
  document.documentElement.dataset.theme = chosen === "as the system" ? (light.matches ? "light" : "dark") : chosen;
  document.dispatchEvent(new Event("theme"));
  $("theme")?.setAttribute("aria-label", `Colours: ${chosen}`);
  $("theme")?.setAttribute("title", `Colours: ${chosen}`);
}

/** Paint a page; the button that changes the colours is on the drummer's alone. */
export function colours() {
  light.addEventListener("change", paint);
  $("theme")?.addEventListener("click", () => {
    chosen = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length];
    localStorage.setItem("theme", chosen);
    paint();
  });
  paint();
}
