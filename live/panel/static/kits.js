// The three kits as tables, all figures at velocity 110 (HARD in voices.js).
//
// A recipe is a list of parts. A part sounds either `hz` (an oscillator: `wave`, else a sine; from
// `bend` times as high down to it, with time constant `glide` in seconds) or `grain` (a buffer of
// voices.js at `rate`), through `filters` ([type, Hz, Q or dB, octaves that the frequency moves per
// octave of force]), in an envelope of `attack` and `decay` (seconds, to -60 dB) of `gain`.
// `force` is how much faster than the whole it grows with force, `longer` how decay does;
// `bursts` are repeats ([seconds later, share of the level]).
//
// Sources of figures
//   [Kick]    Werner, Abel, Smith, "... Model of the Roland TR-808 Bass Drum Circuit", DAFx-14;
//             Roland TR-808 Service Notes: twice the pitch for the first half period
//   [Cymbal]  Werner, Abel, Smith, "The TR-808 Cymbal", ICMC 2014: band-passes 3440 and 7100 Hz
//   [Notes]   Roland TR-808 Service Notes, as told by baratatronix.com
//   [Snare]   norgatronics.blogspot.com, "808 Snare - Mutations": later 808s and Roland's RC-808
//   [Secrets] Gordon Reid, "Synth Secrets", Sound on Sound, 2002: the blocks of the TR-909
//   [909]     network-909.de, analysis of the TR-909's schematics
// What has no source is a design choice, made by measure (tests/live/panel/test_sound.py).

/** Where the voices stand, from the drummer's stool: -1 left, 1 right. */
export const PLACES = {
  closed_hat: -0.3, pedal_hat: -0.3, open_hat: -0.3, high_tom: -0.3, mid_tom: 0, low_tom: 0.4,
  crash: -0.4, ride: 0.4, ride_bell: 0.4, percussion: 0.3, side_stick: -0.1,
};

/** A membrane: the fundamental, bent by force, and the second mode (1.59 of it, an ideal one's). */
function skin(hz, decay, attack, click) {
  return [
    { hz, bend: 1.45, glide: 0.035, decay, gain: 1, longer: 0.2 },
    { hz: hz * 1.59, bend: 1.2, glide: 0.02, decay: decay * 0.45, gain: 0.32, force: 0.5 },
    {
      grain: "noise", filters: [["bandpass", attack, 0.8, 0.7]], decay: 0.05, gain: 0.5, force: 0.7,
    },
    { grain: "noise", filters: [["highpass", 2500, 0.7]], decay: 0.015, gain: click, force: 1 },
  ];
}

const acoustic = {
  kick: [
    { hz: 54, bend: 1.9, glide: 0.018, decay: 0.42, gain: 1, longer: 0.15 },
    { hz: 92, bend: 1.5, glide: 0.015, decay: 0.14, gain: 0.4, force: 0.3 },
    { grain: "noise", filters: [["bandpass", 380, 0.7, 0.5]], decay: 0.07, gain: 0.35, force: 0.3 },
    { grain: "noise", filters: [["bandpass", 3200, 0.9, 0.6]], decay: 0.02, gain: 0.6, force: 1 },
  ],
  snare: [
    // the (0,1) modes of a snare drum: 182 and 330 Hz (Rossing, "Science of Percussion ...")
    { hz: 182, bend: 1.25, glide: 0.02, decay: 0.17, gain: 0.6 },
    { hz: 330, bend: 1.15, glide: 0.015, decay: 0.13, gain: 0.4, force: 0.2 },
    { hz: 520, decay: 0.07, gain: 0.15, force: 0.5 },
    {
      grain: "noise", filters: [["highpass", 1300, 0.6], ["lowpass", 11000, 0.5, 0.45]],
      decay: 0.27, gain: 0.8, longer: 0.25,
    },
    { grain: "noise", filters: [["bandpass", 3600, 0.6, 0.4]], decay: 0.05, gain: 0.8, force: 0.7 },
    { grain: "noise", filters: [["highpass", 6500, 0.7]], decay: 0.02, gain: 0.4, force: 1.2 },
  ],
  side_stick: [
    { hz: 410, decay: 0.06, gain: 0.35 },
    { hz: 980, bend: 1.1, glide: 0.004, decay: 0.06, gain: 0.6 },
    { hz: 1750, decay: 0.045, gain: 0.5, force: 0.3 },
    { grain: "noise", filters: [["bandpass", 3800, 1, 0.5]], decay: 0.018, gain: 0.7, force: 0.6 },
  ],
  clap: clap(1250, [[0, 1], [0.007, 0.6], [0.018, 0.9]], 0.028, 0.16),
  closed_hat: [
    {
      grain: "bronze", rate: 1.1, filters: [["highpass", 5800, 0.7, 0.5]], decay: 0.09, gain: 0.9,
      longer: 0.35,
    },
    {
      grain: "noise", filters: [["highpass", 8000, 0.7, 0.5]], decay: 0.07, gain: 0.35,
      longer: 0.35,
    },
    {
      grain: "noise", filters: [["bandpass", 5200, 0.8, 0.3]], decay: 0.012, gain: 0.5,
      force: 0.6,
    },
  ],
  pedal_hat: [
    {
      grain: "bronze", filters: [["bandpass", 4800, 0.7, 0.4]], attack: 0.002, decay: 0.09,
      gain: 0.8,
    },
    {
      grain: "noise", filters: [["highpass", 6000, 0.7, 0.4]], attack: 0.002, decay: 0.06,
      gain: 0.35,
    },
    { grain: "noise", filters: [["bandpass", 700, 1]], decay: 0.03, gain: 0.12, force: 0.4 },
  ],
  open_hat: [
    {
      grain: "bronze", rate: 1.2, filters: [["highpass", 5500, 0.7, 0.5]], decay: 0.85, gain: 0.8,
      longer: 0.5,
    },
    {
      grain: "noise", filters: [["highpass", 7500, 0.7, 0.5]], decay: 0.5, gain: 0.35,
      longer: 0.4, force: 0.3,
    },
    { grain: "bronze", filters: [["bandpass", 3000, 0.8]], decay: 0.25, gain: 0.25, force: 0.3 },
    { grain: "noise", filters: [["bandpass", 5200, 0.8]], decay: 0.015, gain: 0.4, force: 0.6 },
  ],
  low_tom: skin(82, 0.75, 500, 0.25),
  mid_tom: skin(116, 0.62, 650, 0.25),
  high_tom: skin(164, 0.5, 850, 0.25),
  crash: [
    {
      grain: "bronze", filters: [["bandpass", 900, 0.6]], decay: 1.9, gain: 0.35, attack: 0.002,
      longer: 0.3,
    },
    {
      grain: "bronze", rate: 1.1, filters: [["bandpass", 3800, 0.5, 0.3]], decay: 2.3, gain: 0.7,
      attack: 0.002, longer: 0.3,
    },
    {
      grain: "bronze", rate: 1.3, filters: [["highpass", 7000, 0.6, 0.3]], decay: 1.5, gain: 0.6,
      attack: 0.003, force: 0.3,
    },
    { grain: "noise", filters: [["highpass", 4000, 0.6, 0.5]], decay: 0.18, gain: 0.9, force: 0.4 },
  ],
  ride: [
    {
      grain: "bell", filters: [["highpass", 1800, 0.6], ["lowpass", 9000, 0.5, 0.6]], decay: 2.2,
      gain: 0.5,
    },
    {
      grain: "bronze", rate: 0.9, filters: [["bandpass", 6500, 0.5, 0.3]], decay: 1.3, gain: 0.28,
      force: 0.5, longer: 0.3,
    },
    {
      grain: "noise", filters: [["bandpass", 6800, 0.9, 0.4]], decay: 0.025, gain: 0.6,
      force: 0.5,
    },
  ],
  ride_bell: [
    { hz: 812, decay: 1.6, gain: 0.28 },
    { hz: 1986, decay: 1.1, gain: 0.22, force: 0.2 },
    {
      grain: "bell", rate: 1.35, filters: [["highpass", 900, 0.6], ["lowpass", 10000, 0.5, 0.6]],
      decay: 1.8, gain: 0.6,
    },
    {
      grain: "noise", filters: [["bandpass", 5500, 0.9, 0.4]], decay: 0.015, gain: 0.5,
      force: 0.6,
    },
  ],
  percussion: shaker(6200, 0.02, 0.1),
};

/** Hands: noise about `hz` in bursts, and a tail from `tail` on that decays in `decay`. */
function clap(hz, bursts, tail, decay) {
  const filters = [["bandpass", hz, 1.6, 0.25], ["highpass", 500, 0.7]];
  return [
    { grain: "noise", filters, bursts, decay: 0.022, gain: 1.3 },
    { grain: "noise", filters, bursts: [[tail, 1]], decay, gain: 0.75 },
    {
      grain: "noise", filters: [["highpass", 3500, 0.7, 0.4]], bursts: [[0, 0.5], [tail, 1]],
      decay: 0.07, gain: 0.2, force: 0.6,
    },
  ];
}

/** Beads: they gather, then strike together. */
function shaker(hz, gather, decay) {
  const filters = [["bandpass", hz, 0.9, 0.3], ["highpass", 3000, 0.7]];
  return [
    { grain: "noise", filters, attack: 0.004, decay, gain: 1, longer: 0.2 },
    {
      grain: "noise", filters, bursts: [[gather, 0.5]], attack: 0.008, decay: decay * 0.8,
      gain: 1,
    },
  ];
}

/** A drum of the TR-808: one bridged-T resonance ([Notes]) and pink noise as its room. */
function bridged(hz, decay) {
  return [
    { hz, bend: 1.25, glide: 0.03, decay, gain: 1, longer: 0.15 },
    {
      grain: "noise", filters: [["lowpass", hz * 5, 0.5, 0.5]], decay: decay * 0.7, gain: 0.12,
      force: 0.4,
    },
    { grain: "noise", filters: [["lowpass", 2500, 0.5, 0.8]], decay: 0.01, gain: 0.4, force: 0.8 },
  ];
}

/** The metal of the TR-808: its squares through the band-passes of [Cymbal]. */
function hiss(decay, extra = []) {
  return [
    {
      grain: "squares",
      filters: [["bandpass", 7100, 1.2, 0.15], ["highpass", 6000, 0.9, 0.15],
        ["highpass", 5500, 0.7, 0.15]],
      decay, gain: 1.6, longer: 0.3,
    },
    { grain: "noise", filters: [["highpass", 9000, 0.7]], decay: 0.012, gain: 0.15, force: 1 },
    ...extra,
  ];
}

const tr808 = {
  kick: [
    // 49.5 Hz, about the octave above at first ([Kick]); decay as with the knob half way
    { hz: 49.5, bend: 2.4, glide: 0.009, decay: 0.95, gain: 1, longer: 0.15 },
    { grain: "noise", filters: [["lowpass", 1500, 0.5, 0.8]], decay: 0.008, gain: 0.5, force: 1 },
  ],
  snare: [
    { hz: 177, bend: 1.1, glide: 0.006, decay: 0.17, gain: 0.8 }, // [Snare]
    { hz: 335, bend: 1.1, glide: 0.006, decay: 0.09, gain: 0.45, force: 0.3 },
    {
      grain: "noise", filters: [["highpass", 1800, 0.7, 0.3], ["lowpass", 9500, 0.5, 0.45]],
      decay: 0.2, gain: 0.8, force: 0.25,
    },
  ],
  side_stick: [
    { wave: "triangle", hz: 1667, decay: 0.03, gain: 0.8, force: 0.2 }, // [Notes]
    { wave: "triangle", hz: 455, decay: 0.03, gain: 0.6 },
    {
      grain: "noise", filters: [["highpass", 3000, 0.7, 0.4]], decay: 0.008, gain: 0.35,
      force: 0.8,
    },
  ],
  // noise about 1 kHz, three saw teeth 10 ms apart, then 100 ms of "reverb" ([Notes])
  clap: clap(1000, [[0, 0.9], [0.01, 0.9], [0.02, 0.9]], 0.03, 0.25),
  closed_hat: hiss(0.07),
  pedal_hat: hiss(0.05),
  open_hat: hiss(0.6),
  low_tom: bridged(90, 0.45), // centres of the tuning range: 90, 135, 185 Hz ([Notes])
  mid_tom: bridged(135, 0.36),
  high_tom: bridged(185, 0.3),
  crash: hiss(1.6, [
    { grain: "squares", filters: [["bandpass", 3440, 1, 0.2]], decay: 1.1, gain: 0.5 },
    { grain: "squares", filters: [["highpass", 10000, 0.7]], decay: 2.2, gain: 0.5 },
  ]),
  ride: hiss(0.9, [
    { grain: "squares", filters: [["bandpass", 3440, 2.5]], decay: 0.3, gain: 0.9 },
  ]),
  ride_bell: [
    // the cowbell: 540 and 800 Hz through a band-pass ([Notes])
    { wave: "square", hz: 540, filters: [["bandpass", 900, 0.9, 0.4]], decay: 0.35, gain: 0.4 },
    { wave: "square", hz: 800, filters: [["bandpass", 900, 0.9, 0.4]], decay: 0.35, gain: 0.4 },
    {
      wave: "square", hz: 800, filters: [["bandpass", 2600, 1, 0.4]], decay: 0.05, gain: 0.5,
      force: 0.4,
    },
  ],
  percussion: [ // maracas
    {
      grain: "noise", filters: [["highpass", 5200, 0.9, 0.3]], attack: 0.003, decay: 0.05,
      gain: 0.7, longer: 0.2,
    },
  ],
};

/** A tom of the TR-909: three oscillators ([909]) falling further than the 808's, and noise. */
function fallen(hz, decay) {
  return [
    { hz, bend: 1.7, glide: 0.04, decay, gain: 0.9, longer: 0.15 },
    {
      wave: "triangle", hz: hz * 1.5, bend: 1.7, glide: 0.03, decay: decay * 0.6, gain: 0.3,
      force: 0.3,
    },
    {
      wave: "triangle", hz: hz * 1.97, bend: 1.6, glide: 0.02, decay: decay * 0.4, gain: 0.18,
      force: 0.5,
    },
    { grain: "noise", filters: [["lowpass", 3500, 0.6, 0.7]], decay: 0.06, gain: 0.3, force: 0.6 },
  ];
}

const tr909 = {
  kick: [
    // a shaped triangle that falls, and a click with low-passed noise ([Secrets])
    { hz: 51, bend: 4.2, glide: 0.017, decay: 0.5, gain: 1, longer: 0.1 },
    { wave: "triangle", hz: 102, bend: 3, glide: 0.017, decay: 0.12, gain: 0.25, force: 0.3 },
    {
      grain: "noise", filters: [["lowpass", 5000, 0.7, 0.7]], decay: 0.018, gain: 0.45,
      force: 0.8,
    },
  ],
  snare: [
    { wave: "triangle", hz: 185, bend: 1.8, glide: 0.01, decay: 0.18, gain: 0.7 },
    { wave: "triangle", hz: 330, bend: 1.6, glide: 0.008, decay: 0.11, gain: 0.45, force: 0.3 },
    {
      grain: "noise", filters: [["highpass", 1000, 0.6], ["lowpass", 11000, 0.6, 0.5]],
      decay: 0.28, gain: 0.6, force: 0.2,
    },
    { grain: "noise", filters: [["highpass", 3500, 0.7]], decay: 0.06, gain: 0.45, force: 0.7 },
  ],
  side_stick: [
    { hz: 220, decay: 0.035, gain: 0.4 }, // three bridged-T: 220, 500, 1000 Hz ([909])
    { wave: "triangle", hz: 500, decay: 0.035, gain: 0.6 },
    { wave: "triangle", hz: 1000, decay: 0.03, gain: 0.6, force: 0.2 },
    { grain: "noise", filters: [["highpass", 2500, 0.7, 0.4]], decay: 0.01, gain: 0.4, force: 0.8 },
  ],
  clap: clap(1150, [[0, 0.9], [0.011, 0.9], [0.022, 0.9]], 0.033, 0.32),
  closed_hat: pcm(0.1, 1.4),
  pedal_hat: pcm(0.06, 1.25),
  open_hat: pcm(0.7, 1.35),
  low_tom: fallen(78, 0.6),
  mid_tom: fallen(112, 0.5),
  high_tom: fallen(158, 0.42),
  crash: [
    {
      grain: "bronze", rate: 1.15, filters: [["bandpass", 4500, 0.4, 0.2]], decay: 1.8, gain: 0.6,
      attack: 0.002, longer: 0.2,
    },
    { grain: "noise", filters: [["highpass", 5500, 0.7, 0.3]], decay: 1.7, gain: 0.5, force: 0.2 },
    { grain: "noise", filters: [["bandpass", 2500, 0.6]], decay: 0.12, gain: 0.4, force: 0.5 },
  ],
  ride: [
    {
      grain: "bell", rate: 1.15, filters: [["highpass", 2500, 0.7], ["lowpass", 12000, 0.5, 0.6]],
      decay: 1.5, gain: 0.45,
    },
    {
      grain: "bronze", rate: 1.1, filters: [["bandpass", 7000, 0.5, 0.3]], decay: 1.2, gain: 0.4,
      longer: 0.2, force: 0.2,
    },
    { grain: "noise", filters: [["highpass", 7000, 0.8, 0.3]], decay: 0.02, gain: 0.5, force: 0.5 },
  ],
  ride_bell: [
    { hz: 930, decay: 1.1, gain: 0.3 },
    {
      grain: "bell", rate: 1.5, filters: [["highpass", 1000, 0.7], ["lowpass", 12000, 0.5, 0.6]],
      decay: 1.4, gain: 0.6,
    },
    { grain: "noise", filters: [["highpass", 6000, 0.8]], decay: 0.015, gain: 0.4, force: 0.6 },
  ],
  percussion: shaker(7500, 0.015, 0.08),
};

/** Hats of the TR-909: 6-bit recordings of real ones ([909]); the noise stands for the bits. */
function pcm(decay, rate) {
  return [
    {
      grain: "bronze", rate, filters: [["highpass", 6000, 0.8, 0.4]], decay, gain: 0.8,
      longer: 0.3,
    },
    {
      grain: "noise", filters: [["highpass", 8500, 0.9, 0.4]], decay: decay * 0.8, gain: 0.4,
      longer: 0.3,
    },
    { grain: "noise", filters: [["bandpass", 4500, 0.8]], decay: 0.01, gain: 0.3, force: 0.7 },
  ];
}

// Measured: with these the peaks of strokes at 110, in the middle, stand at the dB of full scale
// that the comment says. Kick and snare lead, the hats are about 10 dB behind.
const LEVELS = {
  // kick -6, snare -6.5, side_stick -10, clap -9, closed_hat -16.5, pedal_hat -18.5,
  // open_hat -15.5, low_tom -7.5, mid_tom -8, high_tom -8.5, crash -11, ride -16.5,
  // ride_bell -14.5, percussion -18
  acoustic: {
    kick: 0.506, snare: 0.388, side_stick: 0.378, clap: 1.24, closed_hat: 0.103, pedal_hat: 0.113,
    open_hat: 0.108, low_tom: 0.359, mid_tom: 0.434, high_tom: 0.338, crash: 0.158, ride: 0.21,
    ride_bell: 0.249, percussion: 0.188,
  },
  808: {
    kick: 0.721, snare: 0.438, side_stick: 0.381, clap: 1.35, closed_hat: 0.403, pedal_hat: 0.328,
    open_hat: 0.413, low_tom: 0.486, mid_tom: 0.563, high_tom: 0.427, crash: 0.445, ride: 0.263,
    ride_bell: 0.224, percussion: 0.201,
  },
  909: {
    kick: 0.59, snare: 0.47, side_stick: 0.364, clap: 1.33, closed_hat: 0.118, pedal_hat: 0.0956,
    open_hat: 0.123, low_tom: 0.365, mid_tom: 0.438, high_tom: 0.35, crash: 0.239, ride: 0.207,
    ride_bell: 0.259, percussion: 0.196,
  },
};

function levelled(kit, levels) {
  const recipes = Object.entries(kit);
  return Object.fromEntries(
    recipes.map(([voice, parts]) => [voice, { level: levels[voice], parts }]),
  );
}

/** Kit -> voice -> recipe. */
export const KIT = {
  acoustic: levelled(acoustic, LEVELS.acoustic),
  808: levelled(tr808, LEVELS[808]),
  909: levelled(tr909, LEVELS[909]),
};
