/**
 * An update of both boxes of a pair that no client notices: the secondary first, then, once it is back in NORMAL and keeps the new version,
 * the primary hands its clients over and does the same. It is beyond RFC 8156; the boxes talk of it over the failover connection, in CONTACT
 * (`talk.ts`), and only where both know each other by their certificates.
 *
 *     the box it is typed on      the primary                       the secondary
 *     the file -------------->    (where that is another one)
 *     begin ----------------->    the file ---------------------->  verifies its signature, keeps it
 *                                 write ------------------------->  writes it into the slot that does not run
 *                                 restart ----------------------->  handover, restarts; NORMAL, keeps it
 *                                 writes its own slot
 *                                 handover, restarts; NORMAL, keeps it
 *
 * The primary sees to all of it, as it lives through the restart of the secondary; how far it is stands in a file of both.
 */
export { openPairUpdate } from './pair-update.ts';
export type { PairUpdate } from './pair-update.ts';
export type { RelationshipLook } from './own-box.ts';
export { relationshipLooks } from './relationship-looks.ts';
