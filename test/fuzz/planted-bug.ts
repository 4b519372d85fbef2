/** A bug behind four octets that must be right one after the other: one chance in 2^32 for who does not look. */
export function isPlanted(input: Uint8Array): boolean {
  if (input[0] === 0x80) {
    if (input[1] === 0xff) {
      if (input[2] === 0x7f) {
        if (input[3] === 0x02) return true;
      }
    }
  }
  return false;
}
