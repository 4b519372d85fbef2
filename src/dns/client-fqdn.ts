/** The Client FQDN option (RFC 4704 section 4) as a client sends it: anything may be in it. */
import { FqdnBit } from '../lease/index.ts';
import { LABEL_LENGTH_MAX, NAME_LENGTH_MAX, u8, view } from '../wire/index.ts';

export interface AskedName {
  /** The client wants the server to add its AAAA (S). */
  readonly serverUpdates: boolean;
  /** It wants the server to add nothing (N). S means nothing then (section 4.1). */
  readonly noUpdates: boolean;
  /** Fit for a host, with small letters, the one of the host first; none: the server is to choose. */
  readonly labels: readonly string[];
  /** The name ended in the root, and was not to be completed by the server (section 4.2). */
  readonly isWhole: boolean;
}

/** Reads the option's data; undefined: no name at all can be read from it, and it counts as not sent. */
export function readClientFqdn(data: Uint8Array): AskedName | undefined {
  if (data.length < 1 || data.length > 1 + NAME_LENGTH_MAX) return undefined;
  const flags = u8(data, 0);
  const noUpdates = (flags & FqdnBit.N) !== 0;
  const labels: string[] = [];
  let isWhole = false;
  for (let at = 1; at < data.length; ) {
    const length = u8(data, at);
    const next = at + 1 + length;
    if (length > LABEL_LENGTH_MAX || next > data.length || isWhole) return undefined;
    if (length === 0) isWhole = true;
    else labels.push(hostLabel(view(data, at + 1, next)));
    at = next;
  }
  return { serverUpdates: !noUpdates && (flags & FqdnBit.S) !== 0, noUpdates, labels: labels.filter((label) => label !== ''), isWhole };
}

/** Letters, digits and hyphens, none at the ends (RFC 1123 section 2.1): what else a client says becomes a hyphen. */
function hostLabel(octets: Uint8Array): string {
  return String.fromCharCode(...octets)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
