/** What only a box with a partner needs: loaded together, and by no other. */
export { openPairCommit } from '../configuration/pair-commit.ts';
export { openPairUpdate, relationshipLooks } from '../../pair-update/index.ts';
export { openFailoverHistory } from './failover-history.ts';
export { createPartnerTrust } from './partner-certificates.ts';
export { createPartnerConnections } from './partner-connections.ts';
