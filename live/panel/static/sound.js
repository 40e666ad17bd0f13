// A stand-in, silent: the drum voices are made elsewhere.
export const KITS = ["acoustic", "808", "909"];
export class Drums { play() {} cancelAfter() {} setVolume() {} setKit() {} setMuted() {} }
