/**
 * The balance of delegable prefixes (RFC 8156 section 4.2.2): how many each partner is to have, and which change hands. The prefixes travel
 * as binding updates; see `../updates`.
 */
export { createBalance } from './balance.ts';
