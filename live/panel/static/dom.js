// Elements made and found in few words.

export const $ = (id) => document.getElementById(id);

/** An element with attributes ("text" is its text) and children. */
export function make(tag, attributes = {}, ...children) {
  const svg = ["svg", "path", "circle", "line", "polyline", "rect"].includes(tag);
  const one = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") one.textContent = value;
    else if (name.startsWith("on")) one.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) one.setAttribute(name, value);
  }
  one.append(...children);
  return one;
}

/** A name in words: "open_hat" is "open hat". */
export const title = (name) => name.replaceAll("_", " ");

/** "1 bar", "2 bars". */
export const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

/** Put a text where another stands; what stands already is left alone. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const colours = new Map();
document.addEventListener("theme", () => colours.clear());

/** A colour of the stylesheet, for a canvas. */
export function colour(name) {
  if (!colours.has(name)) colours.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  return colours.get(name);
}

/** A canvas as sharp as the screen, sized by its place; [context, width, height] in CSS pixels. */
export function sharp(canvas) {
  const ratio = Math.min(2, devicePixelRatio || 1);
  const width = canvas.clientWidth, height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return [context, width, height];
}

let said = null;
/** A word to the user that goes by itself. */
export function toast(text) {
  const place = $("toast");
  place.textContent = text;
  place.dataset.shown = "yes";
  clearTimeout(said);
  said = setTimeout(() => { place.dataset.shown = "no"; }, 5000);
}
