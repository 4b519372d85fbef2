/**
 * A certificate's SHA-256 as people compare it, in the form that other tools print: "AB:CD:...".
 * @param fingerprint 64 hexadecimal digits
 */
export function formatFingerprint(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/../g) ?? []).join(':');
}
