/** An expression of Kea says what no class here does, or is none; the message is why. */
export class NoCounterpart extends Error {}
