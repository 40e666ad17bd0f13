// A stand-in, silent: the drum voices are made elsewhere.
export const KITS = ["acoustic", "808", "909"];
export class Drums { constructor() { this.counts = {}; } play(voice) { this.counts[voice] = (this.counts[voice] ?? 0) + 1; } setVolume() {} setKit() {} mute() {} }
