// The bars by their place in the song, for the grid and for the sound: the one that plays, the
// next, and the last one until it has rung out.

import { now, playing, tickAt, tickMs, watch } from "./net.js";

export const bars = new Map(); // number of the bar in the song -> bar
export const shown = { first: 0 }; // rises when the bars change

const KEPT = 2;
let before = null; // transport

watch((changed) => {
  if (changed && !["bar", "next", "place", "transport", "meter", "link"].some((name) => changed.has(name))) return;
  const place = now.place ?? 0;
  if (before !== now.transport || !playing()) bars.clear();
  before = now.transport;
  for (const number of bars.keys()) if (number > place + 1 || number < place - KEPT) bars.delete(number);
  if (now.bar) bars.set(place, now.bar);
  if (now.next) bars.set(now.bar ? place + 1 : place, now.next);
  shown.first += 1;
});

/** A meter is its numerator, its denominator and the ticks of its bar. */
export const meterOf = (number) => bars.get(number)?.meter ?? now.meter ?? [4, 4, 1920];
export const barTicks = () => now.meter?.[2] ?? 1920;
/** Ticks of what the meter's numerator counts. */
export const pulseTicks = ([, den]) => (480 * 4) / den;
/** Ticks of a beat as it is counted: three eighths in 6/8 and 12/8. */
export const beatTicks = (meter) => pulseTicks(meter) * (meter[1] === 8 && meter[0] % 3 === 0 ? 3 : 1);
/** Ticks by which every stroke sounds later than its bar says (`push`). */
export const shiftTicks = () => (now.shift ?? 0) / tickMs();

/** The song tick at which a bar begins, by the bar that plays and the one after it. */
export const barLine = (number) => (now.line ?? 0) + (number - (now.place ?? 0)) * barTicks();

/** The number of the bar at a performance.now(), and the tick in it. */
export function place(time) {
  if (!playing()) return [now.place ?? 0, 0];
  const tick = tickAt(time), number = (now.place ?? 0) + Math.floor((tick - (now.line ?? 0)) / barTicks());
  return [number, tick - barLine(number)];
}
