/** What is said over the control socket of Reconfigure. See `protocol.ts`. */

/** What a client can be asked to send (RFC 9915 section 21.19). */
export const RECONFIGURE_MESSAGES = ['renew', 'rebind', 'information-request'] as const;
export type ReconfigureMessage = (typeof RECONFIGURE_MESSAGES)[number];

/** What came of asking a client. */
export interface ReconfigureReport {
  readonly duid: string;
  /** What it was asked to send. */
  readonly message: ReconfigureMessage;
  /** `ended`: it has no lease any more, or the other box is to ask it now. */
  readonly state: 'asked' | 'answered' | 'unanswered' | 'ended';
  /** How many times it was asked, of how many. */
  readonly attempts: number;
  readonly attemptsMax: number;
  /** From the first time until it answered, was given up, or now. */
  readonly seconds: number;
}
