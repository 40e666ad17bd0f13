// How hands turn things: drags by mouse and by finger, and the wheel.

const REST = 220; // ms that a finger rests before it holds what it lies on
const SLIP = 7; // pixels that a finger may move while it rests
const NOTCH = { 0: 100, 1: 3, 2: 1 }; // of a wheel, by WheelEvent.deltaMode: pixels, lines, pages
const APART = 250; // ms between two turns of the wheel

/**
 * Drags on an element. By mouse they begin at once. A finger that moves up or down scrolls the
 * page: it holds when it has rested, or moves sideways; a tap begins and ends in one place.
 * `begin(event)` may refuse with false; `move(event)` follows.
 */
export function grip(one, begin, move) {
  let down = null, held = false, timer = null;
  one.style.touchAction = "pan-y";
  const hold = () => {
    held = begin(down) !== false;
    if (!held) return drop();
    one.classList.add("held");
    one.setPointerCapture(down.pointerId);
  };
  const drop = () => {
    clearTimeout(timer);
    down = null;
    held = false;
    one.classList.remove("held");
  };
  one.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    down = event;
    if (event.pointerType !== "touch") {
      hold();
      event.preventDefault();
    } else timer = setTimeout(hold, REST);
  });
  one.addEventListener("pointermove", (event) => {
    if (!down) return;
    if (held) return move(event);
    const [x, y] = [Math.abs(event.clientX - down.clientX), Math.abs(event.clientY - down.clientY)];
    if (Math.max(x, y) < SLIP) return;
    if (x > y) hold();
    else drop();
  });
  one.addEventListener("pointerup", () => {
    if (down && !held) begin(down);
    drop();
  });
  one.addEventListener("pointercancel", drop);
  one.addEventListener("touchmove", (event) => { if (held && event.cancelable) event.preventDefault(); }, { passive: false });
  one.addEventListener("contextmenu", (event) => { if (held) event.preventDefault(); });
}

let turned = { at: -Infinity, on: null }; // the wheel: a turn belongs to what it began on
document.addEventListener("wheel", (event) => {
  const at = performance.now();
  turned = { at, on: at - turned.at > APART ? event.target : turned.on };
}, { capture: true, passive: true });

/** Turns of the wheel that began on an element: `turn(notches)`, up is more, fine on a trackpad.
 * With `whole` they are saved up until they are whole ones. */
export function wheel(one, turn, whole) {
  let saved = 0;
  one.addEventListener("wheel", (event) => {
    if (!one.contains(turned.on)) return; // the page scrolls by
    event.preventDefault();
    saved -= event.deltaY / NOTCH[event.deltaMode];
    const now = whole ? Math.trunc(saved) : saved;
    saved -= now;
    if (now) turn(now);
  }, { passive: false });
}
