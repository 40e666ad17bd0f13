// The WebSocket: one flat picture of the performance, kept up to date; and whose time it is.
// Nothing is asked twice: what is lost with a connection comes whole with the next.

const token = new URLSearchParams(location.search).get("token") ?? "";
const AGAIN = 600; // ms before the next attempt
const PINGS = 16; // kept; the quickest of them tells the time best
const SILENT = 4000; // ms without an answer after which nobody is there, though the line stands

export const now = {}; // the picture, by name; controls are "c:<name>"
export const table = new Map(); // controls by name
export const about = { styles: [], voices: [], by: {}, past: [] };
export const counts = { messages: 0, opened: 0, pongs: 0 };

const listeners = [];
let socket = null;
let pings = [];
let greeted = false; // by the drummer, on this line
let asked = null; // when the first ping was sent that nobody answered, performance.now()
let offset = 0; // ms: performance.now() less the performance's clock

/** Call `draw(changed)` with the names that changed: a Set, or null when all is new. */
export function watch(draw) {
  listeners.push(draw);
}

/** The address of something that needs the token. */
export function address(path) {
  return token ? `${path}${path.includes("?") ? "&" : "?"}token=${encodeURIComponent(token)}` : path;
}

/** Is the drummer there? */
export const linked = () => socket?.readyState === WebSocket.OPEN;

/** Send a command; false where nobody hears it. */
export function send(message) {
  if (!linked()) return false;
  socket.send(JSON.stringify(message));
  return true;
}

export function set(control, value) {
  if (!linked()) return false; // nothing is shown that nobody took
  const row = table.get(control);
  if (row && row.kind !== "trigger") {
    now[`c:${control}`] = value; // at once; the performance has the last word
    tell(new Set([`c:${control}`]));
  }
  return send({ t: "set", c: control, v: value });
}

export const press = (control) => set(control, 1);
export const value = (control) => now[`c:${control}`];

/** performance.now() of a moment (seconds) of the performance's clock. */
export function moment(at) {
  return at * 1000 + offset;
}

/** Seconds of the performance's clock at a performance.now(). */
export const clock = (time) => (time - offset) / 1000;

/** The song tick at a performance.now(), and the ms of a tick. */
export function tickAt(time) {
  const [at, tick, bpm] = now.pos ?? [0, 0, 120];
  return tick + (time - moment(at)) / tickMs(bpm);
}

export const tickMs = (bpm = now.pos?.[2] ?? 120) => 60000 / (bpm * 480);
export const playing = () => linked() && (now.transport === "playing" || now.transport === "lost");

export function tell(changed) {
  for (const draw of listeners) draw(changed);
}

function hear({ data }) {
  counts.messages += 1;
  asked = null; // somebody is there
  const message = JSON.parse(data);
  if (message.t === "now") {
    Object.assign(now, message.d);
    tell(new Set(Object.keys(message.d)));
  } else if (message.t === "pong") {
    measure(message);
  } else if (message.t === "hello") {
    greeted = true;
    for (const row of message.controls) table.set(row.name, row);
    Object.assign(about, { styles: message.styles, voices: message.voices, by: message.by, past: message.past });
    offset = performance.now() - message.at * 1000; // until a ping says better
    for (const name of Object.keys(now)) delete now[name];
    Object.assign(now, message.now);
    tell(null);
  } else if (message.t === "error") {
    document.dispatchEvent(new CustomEvent("refused", { detail: message.text }));
  }
}

function measure({ p, at }) {
  const back = performance.now();
  counts.pongs += 1;
  pings.push({ took: back - p, offset: (p + back) / 2 - at * 1000 });
  pings = pings.slice(-PINGS);
  offset = pings.reduce((best, one) => (one.took < best.took ? one : best)).offset;
}

function ping() {
  const at = performance.now();
  if (asked !== null && at - asked > SILENT) lose();
  else if (send({ t: "ping", p: at }) && greeted) asked ??= at; // before, it may be starting
}

/** Nobody is there: the page says so, is silent, and looks again. */
function lose() {
  socket.onclose = socket.onmessage = null;
  socket.close();
  socket = null;
  document.documentElement.dataset.link = "off";
  if (now.pos) tell(new Set(["transport", "link"]));
  setTimeout(connect, AGAIN);
}

export function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(address(`${scheme}://${location.host}/ws`));
  socket.onmessage = hear;
  socket.onopen = () => {
    counts.opened += 1;
    pings = [];
    asked = null;
    greeted = false;
    document.documentElement.dataset.link = "on";
    for (let i = 0; i < 4; i += 1) setTimeout(ping, i * 60);
  };
  socket.onclose = lose;
}

setInterval(ping, 2000);
