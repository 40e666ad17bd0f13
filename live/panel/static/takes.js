// Takes: what was played, drawn as a small piano roll, to download or to drag into a set.

import { $, colour, make, many, sharp, toast, write } from "./dom.js";
import { address, linked, now, watch } from "./net.js";

let open = ""; // name of the take that is shown
let roll = null;

async function get(path) {
  const answer = await fetch(address(path));
  if (!answer.ok) throw new Error((await answer.json()).detail ?? answer.statusText);
  return answer.json();
}

async function list() {
  if (!linked()) return;
  let takes = [];
  try { takes = await get("takes"); } catch (error) { toast(`takes: ${error.message}`); }
  $("take-list").replaceChildren(...takes.map((take) => {
    const one = make("button", { type: "button", class: "take", "data-take": take.name, "aria-pressed": String(take.name === open) },
      make("b", { text: take.name }), make("span", { text: take.bars ? `${many(take.bars, "bar")}, ${take.length}, ${take.bpm} BPM, ${take.styles}` : take.fault || "nothing played yet" }));
    one.addEventListener("click", () => show(take.name));
    return make("li", {}, one);
  }));
  if (!takes.length) $("take-list").append(make("li", { class: "none", text: "No takes yet: press play." }));
}

async function show(name) {
  open = name;
  for (const one of document.querySelectorAll(".take")) one.setAttribute("aria-pressed", String(one.dataset.take === name));
  try { roll = await get(`takes/${encodeURIComponent(name)}`); } catch (error) {
    $("take").hidden = true;
    toast(error.message);
    return;
  }
  $("take").hidden = false;
  draw();
  $("take-links").replaceChildren(make("span", { class: "hint", text: roll.name }), link(name, roll.bars === 1 ? "the bar" : `last ${roll.bars} bars`, ""), link(name, "all of it", "?bars=all"));
}

function link(name, text, query) {
  const path = address(`takes/${encodeURIComponent(name)}.mid${query}`), file = `${roll.name.replace(/[:/\\]/g, "-")}.mid`; // a colon would end the name in DownloadURL
  const one = make("a", { href: path, download: file, draggable: "true", class: "download", text: `↓ ${text}`, title: "Download, or drag out of the browser" });
  one.addEventListener("dragstart", (event) => event.dataTransfer.setData("DownloadURL", `audio/midi:${file}:${one.href}`));
  return one;
}

function draw() {
  if (!roll || $("take").hidden) return;
  const [g, width, height] = sharp($("roll"));
  g.clearRect(0, 0, width, height);
  const rows = [...new Set(roll.notes.map(([, note]) => note))].sort((a, b) => b - a), tall = height / Math.max(rows.length, 1);
  g.fillStyle = colour("line2");
  for (let bar = 0; bar <= roll.bars; bar += 1) g.fillRect(Math.min(width - 1, (bar / roll.bars) * width), 0, 1, height);
  g.fillStyle = colour("accent");
  for (const [tick, note, velocity] of roll.notes) {
    g.globalAlpha = 0.25 + 0.75 * (velocity / 127);
    g.fillRect((tick / roll.ticks) * width, rows.indexOf(note) * tall + 1, Math.max(2, width / roll.bars / 40), Math.max(2, tall - 2));
  }
  g.globalAlpha = 1;
}

export function takes() {
  $("takes-again").addEventListener("click", list);
  watch((changed) => {
    if (changed && !changed.has("kept") && !changed.has("transport")) return;
    write($("kept"), now.kept ? `Kept: ${now.kept}` : "");
    if (changed?.has("kept") && now.kept) toast(`Kept: ${now.kept}`);
    setTimeout(list, 700); // the takes' process has it on the disk by then
  });
  document.addEventListener("theme", draw);
  addEventListener("resize", draw);
  list();
}
