// Takes: what was played, drawn as a small piano roll, to download or to drag into a set.

import { $, colour, make, many, sharp, toast, write } from "./dom.js";
import { address, linked, now, watch } from "./net.js";

let open = ""; // name of the take that is shown
let roll = null;
const SURE = 5000; // ms in which a second click deletes

async function ask(path, method = "GET", wish = null) {
  const headers = wish ? { "Content-Type": "application/json" } : {};
  const answer = await fetch(address(path), { method, headers, body: wish && JSON.stringify(wish) });
  if (!answer.ok) throw new Error((await answer.json()).detail ?? answer.statusText);
  return answer.json();
}

/** Do something to a take and show what there is now; whether it went well. */
async function change(path, method, wish) {
  try { await ask(path, method, wish); } catch (error) { toast(error.message); return false; }
  await list();
  return true;
}

const at = (name) => `takes/${encodeURIComponent(name)}`;

function row(take) {
  const figures = take.bars ? `${many(take.bars, "bar")}, ${take.length}, ${take.bpm} BPM, ${take.styles}` : take.fault || "nothing played yet";
  const one = make("button", { type: "button", class: "take", "data-take": take.name, "aria-pressed": String(take.name === open) },
    make("b", { text: take.label || take.name }), make("span", { text: take.label ? `${take.name}, ${figures}` : figures }));
  one.addEventListener("click", () => show(take));
  const star = make("button", { type: "button", class: "star quiet", "aria-pressed": String(take.starred), "aria-label": `Star: ${take.label || take.name}`, text: take.starred ? "★" : "☆" });
  star.addEventListener("click", async () => {
    await change(at(take.name), "PUT", { starred: !take.starred });
    $("take-list").querySelector(`[data-take="${CSS.escape(take.name)}"]`)?.nextSibling.focus({ preventScroll: true });
  });
  return make("li", {}, one, star);
}

async function list() {
  if (!linked()) return;
  let takes = [];
  try { takes = await ask("takes"); } catch (error) { toast(`takes: ${error.message}`); }
  $("take-list").replaceChildren(...takes.map(row));
  if (!takes.length) $("take-list").append(make("li", { class: "none", text: "No takes yet: press play." }));
}

async function show(take) {
  open = take.name;
  for (const one of document.querySelectorAll(".take")) one.setAttribute("aria-pressed", String(one.dataset.take === open));
  try { roll = await ask(at(take.name)); } catch (error) {
    $("take").hidden = true;
    toast(error.message);
    return;
  }
  $("take").hidden = false;
  draw();
  const name = make("input", { type: "text", value: take.label, maxlength: 80, placeholder: "name this take", "aria-label": "Name of the take", autocomplete: "off" });
  name.addEventListener("change", () => change(at(take.name), "PUT", { label: name.value }));
  name.addEventListener("keydown", (event) => { if (event.key === "Enter") name.blur(); });
  const file = `${roll.name.replace(/[:/\\]/g, "-")}.mid`; // a colon would end the name in DownloadURL
  const last = roll.bars === 1 ? "the bar" : `last ${many(roll.bars, "bar")}`;
  $("take-links").replaceChildren(make("span", { class: "hint", text: roll.name }), link(`${at(take.name)}.mid`, file, last),
    link(`${at(take.name)}.mid?bars=all`, file, "all of it"), name, bin(take));
}

/** Deleting asks once more, and can be undone. */
function bin(take) {
  const one = make("button", { type: "button", class: "quiet", text: "Delete" });
  one.addEventListener("click", async () => {
    if (!one.dataset.asked) {
      one.dataset.asked = "yes";
      write(one, "Really delete?");
      setTimeout(() => { delete one.dataset.asked; write(one, "Delete"); }, SURE);
    } else if (await change(at(take.name), "DELETE")) deleted(take);
  });
  return one;
}

function deleted(take) {
  $("take").hidden = true;
  open = "";
  const back = make("button", { type: "button", text: "Undo" });
  back.addEventListener("click", async () => { if (await change(`${at(take.name)}/restore`, "POST")) $("undelete").replaceChildren(); });
  $("undelete").replaceChildren(make("span", { class: "hint", text: `Deleted: ${take.label || take.name}` }), back);
}

/** Something to download, or to drag out of the browser into a set. */
function link(where, file, text) {
  const one = make("a", { href: address(where), download: file, draggable: "true", class: "download", text: `↓ ${text}`, title: "Download, or drag out of the browser" });
  one.addEventListener("dragstart", (event) => event.dataTransfer.setData("DownloadURL", `audio/midi:${file}:${one.href}`));
  return one;
}

/** The clip that was captured last, where a file was made of it. */
function captured() {
  const file = /[^/\\]+\.mid$/.exec(now.kept)?.[0];
  if (!file) return;
  $("clip").replaceChildren(link(`clips/${encodeURIComponent(file)}`, file.replaceAll(":", "-"), file.replace(/\.mid$/, "")));
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
    captured();
    if (changed?.has("kept") && now.kept) toast(`Kept: ${now.kept}`);
    setTimeout(list, 700); // the takes' process has it on the disk by then
  });
  document.addEventListener("theme", draw);
  addEventListener("resize", draw);
  list();
}
