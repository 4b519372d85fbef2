/** What becomes of an endpoint when the provisioning file is another one (R-CFG3). */
import { FailoverStatusCode } from '../wire/index.ts';
import type { Now } from '../wire/index.ts';
import { isSameConfiguration } from './configuration.ts';
import type { RelationshipConfiguration } from './configuration.ts';
import { disconnect } from './endpoint-connection.ts';
import type { Endpoint } from './endpoint.ts';
import type { UpdateFlow } from './updates/index.ts';

const CONFIGURATION_CHANGED = { code: FailoverStatusCode.ServerShuttingDown, text: 'the configuration has changed; it comes back at once' };

/** Where something changed the two meet anew, and what passes between them begins anew: `createFlow` makes it. */
export function configured(endpoint: Endpoint, configuration: RelationshipConfiguration, createFlow: () => UpdateFlow, now: Now): void {
  if (isSameConfiguration(endpoint.configuration, configuration)) return;
  disconnect(endpoint, CONFIGURATION_CHANGED, 'lost', now);
  // How long a partner may be silent counts anew where it is another time: by the former one it might be declared down too early.
  if (configuration.autoPartnerDown !== endpoint.configuration.autoPartnerDown) endpoint.partnerDownAt = undefined;
  endpoint.configuration = configuration;
  endpoint.flow = createFlow();
  voidFormerAcknowledgements(endpoint);
}

/** What was void stays so whichever flow there is: the disk has it as it was, and gives it back where a write fails (R-ST1). */
export function voidFormerAcknowledgements({ record, flow }: Endpoint): void {
  const { acksVoidThrough } = record.current;
  if (acksVoidThrough > 0) flow.voidAcknowledgements(acksVoidThrough);
}
