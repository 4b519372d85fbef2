/** What a client compares of the answers that it gets. */
import type { HeldLease } from './lease.ts';
import type { AnsweredIa, AnsweredLease, ServerAnswer } from './reply.ts';

export function answerFor(answer: ServerAnswer, kind: number, iaid: number): AnsweredIa | undefined {
  return answer.ias.find((ia) => ia.kind === kind && ia.iaid === iaid);
}

export function isBetter(a: ServerAnswer, b: ServerAnswer): boolean {
  const leases = (answer: ServerAnswer): number => answer.ias.filter((ia) => ia.leases.length > 0).length;
  return a.preference > b.preference || (a.preference === b.preference && leases(a) > leases(b));
}

export function isSameLease(a: AnsweredLease, b: HeldLease): boolean {
  return a.prefixLength === b.prefixLength && isSame(a.address, b.address);
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
