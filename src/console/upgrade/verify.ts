/** Whether a box that runs something new does all that it did: then the boot loader is told to keep it. */
import { askDaemon } from '../../control/index.ts';
import type { RelationshipReport } from '../../control/index.ts';

/** @returns what is missing, in plain words; rejects where no daemon answers */
export async function missingFromService(control: string): Promise<readonly string[]> {
  const relationships = (await askDaemon(control, { method: 'failover' })) as readonly RelationshipReport[];
  return relationships
    .filter(({ state, communications }) => state !== 'NORMAL' || communications !== 'ok')
    .map(({ name, state, partner }) => `${name} with ${partner.name} is in ${state}`);
}
