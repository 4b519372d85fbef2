/**
 * Whether this box reaches the clients on its links: signals to a verdict, with evidence (RFC 7031 section 4.7). A verdict says
 * what is seen, to an operator and to the partner. It is never authority over leases.
 */
export { judgeLink } from './link-verdict.ts';
export type { InterfaceSignals } from './link-verdict.ts';
