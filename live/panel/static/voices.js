// One stroke of a drum as Web Audio nodes: oscillators and shared, seeded grain through filters
// and envelopes. Nothing here waits: all is scheduled in context time, so that it renders the
// same in an OfflineAudioContext. Same stroke, same samples.

export const HARD = 110; // the velocity at which the figures of a kit hold
const LOUDNESS = 1.3; // level ~ force ** LOUDNESS: a ghost at 30 is 15 dB under a stroke at 110
const FLOOR = 1e-4; // -80 dB: here an envelope lets go, in FADE seconds, without a click
const FADE = 0.005;
const SHORTEST = 0.0004; // seconds of attack; nothing begins with a step

// Hz. The Schmitt-trigger oscillators behind hats, cymbal and cowbell of the TR-808 (Werner,
// Abel, Smith, "The TR-808 Cymbal", ICMC 2014), rounded to half a Hz so that two seconds loop.
const SQUARES = [205.5, 304.5, 369.5, 522.5, 540, 800];
const SEED = 808;

/**
 * Schedules one stroke of a recipe (see kits.js) into `out`.
 *
 * `velocity` 1..127, `when` in seconds of context time, `number` counts strokes: each takes
 * another part of the noise, as no two strokes of a drummer are the same.
 * Returns its sources and `end`, the time by which all of them are silent.
 */
export function strike(context, recipe, velocity, when, number, out) {
  const force = velocity / HARD;
  const sources = [];
  let end = when;
  for (const part of recipe.parts) {
    for (const [late, share] of part.bursts ?? [[0, 1]]) {
      const begin = when + late;
      const level = part.gain * recipe.level * share * force ** (LOUDNESS + (part.force ?? 0));
      const source = part.hz ? tone(context, part, force, begin) : grain(context, part);
      const length = part.decay * force ** (part.longer ?? 0);
      const over = shape(context, part, force, level, begin, length, source, out);
      start(source, begin, number);
      source.stop(over);
      sources.push(source);
      end = Math.max(end, over);
    }
  }
  return { sources, end };
}

/** An oscillator from `hz * bend` down to `hz` with time constant `glide`; force bends more. */
function tone(context, part, force, begin) {
  const source = context.createOscillator();
  source.type = part.wave ?? "sine";
  source.frequency.value = part.hz;
  if (part.bend) {
    const bent = 1 + (part.bend - 1) * force ** 0.7;
    source.frequency.setValueAtTime(part.hz * bent, begin);
    source.frequency.setTargetAtTime(part.hz, begin, part.glide);
  }
  return source;
}

/** A source of one of the shared buffers of `buffers()`. */
function grain(context, part) {
  const source = context.createBufferSource();
  source.buffer = buffers(context.sampleRate)[part.grain];
  source.playbackRate.value = part.rate ?? 1;
  source.loop = part.grain !== "bell";
  return source;
}

/** Starts a source; each stroke takes the noise from elsewhere, a golden section further on. */
function start(source, begin, number) {
  if (source.loop) {
    source.start(begin, ((number * 0.381966) % 1) * source.buffer.duration);
  } else {
    source.start(begin);
  }
}

/** Joins source, filters and envelope to `out`; returns when it is silent, in context time. */
function shape(context, part, force, level, begin, length, source, out) {
  let node = source;
  for (const [type, hz, q, opens = 0] of part.filters ?? []) {
    const filter = context.createBiquadFilter();
    filter.type = type;
    filter.Q.value = q;
    filter.frequency.value = Math.min(hz * force ** opens, context.sampleRate * 0.45);
    node = node.connect(filter);
  }
  const envelope = context.createGain();
  const top = begin + Math.max(part.attack ?? 0, SHORTEST);
  const low = top + (length * 80) / 60; // `decay` is to -60 dB, FLOOR is at -80 dB
  envelope.gain.value = 0;
  envelope.gain.setValueAtTime(0, begin);
  envelope.gain.linearRampToValueAtTime(level, top);
  envelope.gain.exponentialRampToValueAtTime(level * FLOOR, low);
  envelope.gain.linearRampToValueAtTime(0, low + FADE);
  node.connect(envelope).connect(out);
  return low + FADE;
}

const made = new Map(); // sample rate -> buffers: the same for all kits and contexts

/** The shared buffers of a sample rate: noise, squares, bronze (all loop) and bell (decays). */
export function buffers(rate) {
  let found = made.get(rate);
  if (!found) {
    found = {
      noise: buffer(rate, noise(2 * rate)),
      squares: buffer(rate, squares(2 * rate, rate)),
      bronze: buffer(rate, bronze(2 * rate, rate)),
      bell: buffer(rate, bell(Math.round(2.5 * rate), rate)),
    };
    made.set(rate, found);
  }
  return found;
}

function buffer(rate, samples) {
  const whole = new AudioBuffer({ length: samples.length, sampleRate: rate, numberOfChannels: 1 });
  whole.copyToChannel(samples, 0);
  return whole;
}

/** Uniform numbers from 0 to 1: xorshift32 (Marsaglia, "Xorshift RNGs", 2003). */
function dice(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}

function noise(length) {
  const roll = dice(SEED);
  return new Float32Array(length).map(() => roll() * 2 - 1);
}

/** Six squares, and the same multiplied in pairs: the one-transistor VCAs behind them add
 * sums and differences, which makes the hiss between the harmonics. */
function squares(length, rate) {
  const samples = new Float32Array(length);
  const now = new Float32Array(SQUARES.length);
  for (let i = 0; i < length; i++) {
    for (let k = 0; k < SQUARES.length; k++) {
      now[k] = square(((SQUARES[k] * i) / rate) % 1, SQUARES[k] / rate);
    }
    const sum = now[0] + now[1] + now[2] + now[3] + now[4] + now[5];
    samples[i] = sum / 6 + (now[0] * now[5] + now[1] * now[4] + now[2] * now[3]) / 6;
  }
  return samples;
}

/** A square wave at `phase` 0..1 that moves `step` a sample, its edges rounded (polyBLEP). */
function square(phase, step) {
  return (phase < 0.5 ? 1 : -1) + edge(phase, step) - edge((phase + 0.5) % 1, step);
}

function edge(phase, step) {
  if (phase < step) {
    return -((phase / step - 1) ** 2);
  }
  return phase > 1 - step ? ((phase - 1) / step + 1) ** 2 : 0;
}

/** A hammered plate: so many partials, ever nearer each other, that no pitch is left. Plates
 * have the same number of modes in every Hz (Fletcher and Rossing, "The Physics of Musical
 * Instruments", ch. 3); the ear tells few of those above 8 kHz apart, so noise adds them. */
function bronze(length, rate) {
  const roll = dice(SEED + 1);
  const samples = new Float32Array(length);
  const loop = length / rate;
  for (let k = 0; k < 150; k++) {
    const hz = Math.round((250 + (Math.min(13000, rate * 0.4) * (k + roll())) / 150) * loop) / loop;
    add(samples, (2 * Math.PI * hz) / rate, roll() * 2 * Math.PI, 0.04 + 0.12 * roll() ** 2, 1);
  }
  return samples;
}

/** A ride cymbal's ringing: separate partials that die the sooner the higher they are. */
function bell(length, rate) {
  const roll = dice(SEED + 2);
  const samples = new Float32Array(length);
  for (let k = 0; k < 48; k++) {
    const hz = 380 * (1 + k * 0.55 + roll() * 0.5);
    const ring = 3.2 / (1 + hz / 2500); // seconds to -60 dB
    const size = (k < 2 ? 0.05 : 0.12) * (0.4 + 0.6 * roll()) / (1 + (hz / 7000) ** 2);
    add(samples, (2 * Math.PI * hz) / rate, 0, size, 0.001 ** (1 / (ring * rate)));
  }
  return samples;
}

/** Adds a sine of `step` radians a sample that is `keep` times itself at every next sample. */
function add(samples, step, phase, size, keep) {
  const turn = keep * Math.cos(step);
  const lift = keep * Math.sin(step);
  let re = size * Math.cos(phase);
  let im = size * Math.sin(phase);
  for (let i = 0; i < samples.length; i++) {
    samples[i] += im;
    const next = re * turn - im * lift;
    im = re * lift + im * turn;
    re = next;
  }
}
