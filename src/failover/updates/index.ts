/**
 * The binding updates of a relationship (RFC 8156 section 7): what is told of a lease, what is believed of it, and in which order
 * and at which pace it is told. Also the balance of delegable prefixes (section 4.2.2), which travels as binding updates.
 */
export type {
  UpdateFlow,
  UpdateFlowParameters,
  UpdateMode,
  UpdatePort,
  UpdateProgress,
} from './flow.ts';
export type { UpdateCounters } from './counters.ts';
export { createUpdateFlow } from './update-flow.ts';
