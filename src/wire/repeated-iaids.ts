import type { IdentityAssociation } from './client-message.ts';

/** Up to here, comparing each with each costs less than sorting. */
const FEW = 8;
/** More than a datagram can hold: an identity association has at least 8 octets. */
const INDEX_BITS = 0x10000;

/**
 * Leaves out every identity association whose kind and IAID stood earlier in the message (RFC 9915 21.4: each must be
 * unique). Returns the same array when there is none. A message may hold thousands, with IAIDs chosen to collide in any
 * table that does not hide its hash, so many are sorted: n log n whatever they are.
 */
export function keepFirstOfEachIaid(ias: IdentityAssociation[]): IdentityAssociation[] {
  return ias.length <= FEW ? keepByComparing(ias) : keepBySorting(ias);
}

function keepByComparing(ias: IdentityAssociation[]): IdentityAssociation[] {
  let kept = ias;
  for (let i = 1; i < ias.length; i++) {
    const ia = ias[i] as IdentityAssociation;
    const isRepeated = ias.findIndex((other) => other.iaid === ia.iaid && other.kind === ia.kind) < i;
    if (isRepeated && kept === ias) kept = ias.slice(0, i);
    else if (!isRepeated && kept !== ias) kept.push(ia);
  }
  return kept;
}

/** Sorts numbers made of kind, IAID and place, 53 bits at the most: a run of the same kind and IAID begins with the first. */
function keepBySorting(ias: IdentityAssociation[]): IdentityAssociation[] {
  const keys = new Float64Array(ias.length);
  for (const [i, ia] of ias.entries()) keys[i] = (ia.kind * 0x1_0000_0000 + ia.iaid) * INDEX_BITS + i;
  keys.sort();
  const isRepeated = new Uint8Array(ias.length);
  let last = -1;
  for (const key of keys) {
    const index = key % INDEX_BITS;
    const identity = (key - index) / INDEX_BITS;
    if (identity === last) isRepeated[index] = 1;
    last = identity;
  }
  return isRepeated.includes(1) ? ias.filter((_, i) => isRepeated[i] === 0) : ias;
}
