import { seconds } from '../wire/index.ts';

/**
 * What a box promised last is over so much later than MCLT behind its failure, or behind PARTNER-DOWN of its partner: times are kept in
 * whole seconds, and a client counts from when the last Reply reached it.
 */
export const LAST_REPLY_MARGIN = seconds(2);
