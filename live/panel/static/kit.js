// The page of kits: each sound with its note, changed, heard, and saved as a kit of the user's.

import { colours } from "./colours.js";
import { $, make, title, write } from "./dom.js";
import { address, connect, send } from "./net.js";

const NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
let all = null; // what the server tells of kits
const rows = new Map(); // sound -> its row, note field, name and words

/** Words for the user beside Save; `good` says how they look. */
function say(text, good = "") {
  write($("said"), text);
  $("said").dataset.good = good;
}

/** What the sounds' fields hold: whole numbers by sound, what is empty left out. */
function notes() {
  const filled = [...rows].filter(([, { field }]) => field.value.trim() !== "");
  return Object.fromEntries(filled.map(([sound, { field }]) => [sound, Number(field.value)]));
}

/** What is wrong with a sound's note, "" for nothing. */
function wrong(sound, there) {
  const note = there[sound];
  if (note === undefined) return "";
  if (!Number.isInteger(note) || note < 0 || note > 127) return "a whole number from 0 to 127, or nothing";
  const other = Object.keys(there).find((name) => name !== sound && there[name] === note);
  return other ? `${note} is the ${title(other)} too: change one, or leave one empty` : "";
}

/** What plays for a voice that the kit lacks. */
function nearest(voice, there) {
  return [...all.nearest[voice], ...all.voices].find((name) => name in there);
}

function played(sound, there) {
  const of = all.articulations[sound];
  if (of) return sound in there ? `for the ${title(of[0])} from velocity ${of[1]} to ${of[2]}` : "it has none";
  if (sound in there) return "";
  const near = nearest(sound, there);
  return near ? `by the nearest, the ${title(near)}: ${there[near]}` : "by nothing yet";
}

function show() {
  const there = notes();
  for (const [sound, { row, name, words }] of rows) {
    const fault = wrong(sound, there), note = there[sound];
    row.dataset.wrong = fault ? "yes" : "no";
    write(words, fault || played(sound, there));
    write(name, fault || note === undefined ? "" : `${NAMES[note % 12]}${Math.floor(note / 12) - 2}`);
  }
  $("save").disabled = [...rows.values()].some(({ row }) => row.dataset.wrong === "yes") || !Object.keys(there).some((name) => all.voices.includes(name));
}

/** Let the drummer strike what a sound plays. */
function hear(sound) {
  const there = notes(), note = there[sound] ?? there[all.articulations[sound]?.[0] ?? nearest(sound, there)];
  if (note === undefined || wrong(sound, there).startsWith("a whole")) return;
  if (!send({ t: "hear", n: note })) say("The drummer cannot be reached: nothing was heard.", "no");
}

function build() {
  const sounds = [...all.voices, ...Object.keys(all.articulations)];
  $("notes").append(...sounds.map((sound) => {
    const field = make("input", { type: "number", min: 0, max: 127, step: 1, inputmode: "numeric", "aria-label": `Note of the ${title(sound)}`, "data-sound": sound });
    const name = make("td", { class: "name" }), words = make("td", { class: "played" });
    const button = make("button", { type: "button", text: "Hear", "aria-label": `Hear the ${title(sound)}`, onclick: () => hear(sound) });
    const row = make("tr", {}, make("td", { class: "drum", text: title(sound) }), make("td", {}, field), name, make("td", {}, button), words);
    field.addEventListener("input", () => { show(); say(""); $("over").hidden = true; });
    field.addEventListener("change", () => hear(sound));
    rows.set(sound, { row, field, name, words });
    return row;
  }));
}

/** Show a kit of the list; a built-in one gets a name of its own, as it stays what it is. */
function choose(chosen) {
  const kit = all.kits[chosen];
  if (kit.fault) {
    say(kit.fault, "no");
    return;
  }
  $("kits").value = chosen;
  $("name").value = kit.own ? kit.name : `My ${kit.name}`;
  $("channel").value = kit.channel;
  $("gate").value = kit.gate;
  $("choke").checked = kit.choke;
  const there = { ...kit.notes, ...kit.articulations };
  for (const [sound, { field }] of rows) field.value = there[sound] ?? "";
  $("sources").replaceChildren(...(kit.sources ?? []).map(({ mark, text }) => make("li", { text: `${mark}: ${text}` })));
  $("over").hidden = true;
  say("");
  show();
}

function values() {
  const there = notes(), of = (names) => Object.fromEntries(names.filter((name) => name in there).map((name) => [name, there[name]]));
  return {
    name: $("name").value.trim(), channel: Number($("channel").value), gate: Number($("gate").value), choke: $("choke").checked,
    notes: of(all.voices), articulations: of(Object.keys(all.articulations)),
  };
}

async function save(replace) {
  $("over").hidden = true;
  try {
    const answer = await fetch(address(`../kits${replace ? "?replace=1" : ""}`), { method: "POST", body: JSON.stringify(values()) });
    const told = await answer.json();
    $("over").hidden = answer.status !== 409;
    if (!answer.ok) return say(told.detail, "no");
    await load(told.name);
    say(`Saved in ${told.path}. Play it: drumigen live --kit ${told.name}`, "yes");
  } catch {
    say("The drummer cannot be reached: nothing was saved.", "no");
  }
}

/** Ask for the kits and show one of them: the one that plays, unless another is chosen. */
async function load(chosen) {
  const answer = await fetch(address("../kits"));
  const told = await answer.json();
  if (!answer.ok) return say(told.detail, "no");
  chosen ??= told.playing;
  all = told;
  if (!rows.size) build();
  $("kits").replaceChildren(...Object.entries(all.kits).map(([name, kit]) => make("option", { value: name, text: kit.name + (kit.own ? " (yours)" : "") + (kit.fault ? " (cannot be read)" : "") })));
  choose(chosen in all.kits ? chosen : Object.keys(all.kits)[0]);
}

colours();
$("home").href += location.search;
$("kits").addEventListener("change", () => choose($("kits").value));
$("save").addEventListener("click", () => save(false));
$("over").addEventListener("click", () => save(true));
connect();
new MutationObserver(() => { $("gone").hidden = document.documentElement.dataset.link !== "off" || !all; }).observe(document.documentElement, { attributeFilter: ["data-link"] });
load().catch(() => say("The drummer cannot be reached.", "no"));
