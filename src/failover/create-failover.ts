import { createFailoverWith } from './failover.ts';
import type { Failover } from './failover.ts';
import type { FailoverParameters } from './parameters.ts';
import { createUpdateFlow } from './updates/update-flow.ts';

/** The endpoints of all relationships of a box, with what stable storage has of them. */
export function createFailover(parameters: FailoverParameters): Failover {
  return createFailoverWith(createUpdateFlow, parameters);
}
