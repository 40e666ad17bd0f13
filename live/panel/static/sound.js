// The monitor of the page: a drum kit in Web Audio, without samples. Strokes are scheduled in
// context time, a bar ahead if need be; no timer stands between a stroke and its sound.

import { KIT, PLACES } from "./kits.js";
import { buffers, strike } from "./voices.js";

export const KITS = ["acoustic", "808", "909"];
const HATS = new Set(["closed_hat", "pedal_hat", "open_hat"]);
const CHOKE = 0.012; // seconds: time constant of an open hat that closes
const SMOOTH = 0.01; // seconds: time constant of volume and mute

/**
 * A drum kit that plays into `destination`.
 *
 * `context` is an AudioContext or OfflineAudioContext; `kit` one of KITS.
 * Raises RangeError for another kit.
 */
export class Drums {
  #context;
  #kit;
  #fader;
  #bus;
  #places = new Map(); // pan -> the panner that all strokes of this place share
  #live = []; // strokes that may still sound, in the order in which they were given
  #tally = { scheduled: 0, cancelled: 0, unknown: 0, over: 0 };
  #volume = 1;
  #muted = false;

  constructor(context, kit = KITS[0], destination = context.destination) {
    this.#context = context;
    this.setKit(kit);
    const stereo = { channelCount: 2, channelCountMode: "explicit" };
    this.#bus = new GainNode(context, { gain: 1 / ROOM, ...stereo });
    this.#fader = new GainNode(context);
    const limit = new WaveShaperNode(context, { curve: LIMIT });
    this.#bus.connect(limit).connect(this.#fader).connect(destination);
    buffers(context.sampleRate); // now rather than in the middle of the first bar
  }

  /**
   * Schedules one stroke.
   *
   * `voice` is a value of engine/score/notes.py's Voice, `velocity` 1..127 (others are brought into
   * that range), `when` in seconds of context time (what is past plays now), `pan` -1 (left)
   * to 1, by default the voice's place in the kit. A voice that the kit lacks, or a figure that
   * is none, is ignored and counted.
   */
  play(voice, velocity, when, pan = PLACES[voice] ?? 0) {
    const recipe = Object.hasOwn(this.#kit, voice) ? this.#kit[voice] : undefined;
    if (!recipe || ![velocity, when, pan].every(Number.isFinite)) {
      this.#tally.unknown += 1;
      return;
    }
    this.#sweep();
    const begin = Math.max(when, this.#context.currentTime);
    const force = Math.min(127, Math.max(1, velocity));
    const out = new GainNode(this.#context);
    out.connect(this.#place(pan));
    const played = strike(this.#context, recipe, force, begin, this.#tally.scheduled, out);
    const stroke = { voice, when: begin, out, closes: Infinity, ...played };
    this.#tally.scheduled += 1;
    this.#live.push(stroke);
    if (HATS.has(voice)) {
      this.#choke();
    }
  }

  /** Silences what was scheduled for `when` or later and has not begun. */
  cancelAfter(when) {
    const from = Math.max(when, this.#context.currentTime);
    const gone = this.#live.filter((stroke) => stroke.when >= from);
    for (const stroke of gone) {
      stroke.out.disconnect();
      stroke.sources.forEach((source) => source.stop());
    }
    this.#tally.cancelled += gone.length;
    this.#live = this.#live.filter((stroke) => stroke.when < from);
    this.#choke();
  }

  /** Strokes given from now on are of this kit. Raises RangeError for none of KITS. */
  setKit(name) {
    if (!KITS.includes(name)) {
      throw new RangeError(`kit: ${name} is none of ${KITS.join(", ")}`);
    }
    this.#kit = KIT[name];
  }

  /** `volume` 0..1 of the fader's way; half way is 12 dB down. */
  setVolume(volume) {
    this.#volume = Math.min(1, Math.max(0, volume));
    this.#fade();
  }

  setMuted(muted) {
    this.#muted = muted;
    this.#fade();
  }

  /** How many strokes: `scheduled` in all, of these `started` and `cancelled`; `unknown` others. */
  get counts() {
    const { scheduled, cancelled, unknown, over } = this.#tally;
    const now = this.#context.currentTime;
    const started = over + this.#live.filter((stroke) => stroke.when <= now).length;
    return { scheduled, started, cancelled, unknown };
  }

  #fade() {
    const gain = this.#fader.gain;
    const level = this.#muted ? 0 : this.#volume ** 2;
    gain.cancelScheduledValues(this.#context.currentTime);
    gain.setTargetAtTime(level, this.#context.currentTime, SMOOTH);
  }

  #place(pan) {
    const place = Math.round(Math.min(1, Math.max(-1, pan)) * 10) / 10;
    if (!this.#places.has(place)) {
      const panner = new StereoPannerNode(this.#context, { pan: place });
      panner.connect(this.#bus);
      this.#places.set(place, panner);
    }
    return this.#places.get(place);
  }

  /** Lets go of strokes that are over. */
  #sweep() {
    const now = this.#context.currentTime;
    for (const stroke of this.#live.filter(({ end }) => end < now)) {
      stroke.out.disconnect();
      this.#tally.over += 1;
    }
    this.#live = this.#live.filter(({ end }) => end >= now);
  }

  /** Ends each open hat at the next stroke of the hats, in whatever order they were given. */
  #choke() {
    const hats = this.#live.filter(({ voice }) => HATS.has(voice));
    for (const open of hats.filter(({ voice }) => voice === "open_hat")) {
      const later = hats.filter(({ when }) => when > open.when).map(({ when }) => when);
      const closes = Math.min(...later, Infinity);
      if (closes !== open.closes && open.closes > this.#context.currentTime) {
        open.out.gain.cancelScheduledValues(Math.min(closes, open.closes));
        if (closes < open.end) {
          open.out.gain.setTargetAtTime(0, closes, CHOKE);
        }
        open.closes = closes;
      }
    }
  }
}

const ROOM = 4; // the limiter's curve reaches to ± this; what is above stays at its end
const KNEE = 0.6; // below it the limiter changes nothing
const BEND = 0.97 - KNEE; // from there to what it never reaches

/** Straight up to KNEE, then bending towards, and never reaching, full scale. Unlike a
 * DynamicsCompressor it has neither latency (theirs is 6 ms) nor make-up gain. */
const LIMIT = Float32Array.from({ length: 8193 }, (_, i) => {
  const x = (i / 4096 - 1) * ROOM;
  const over = Math.max(0, Math.abs(x) - KNEE);
  return Math.sign(x) * (Math.min(Math.abs(x), KNEE) + BEND * Math.tanh(over / BEND));
});
