/** All relationships of this box. */
import type { Now } from '../wire/index.ts';
import type { FailoverEffect } from './effect.ts';
import type { EndpointRecord } from './endpoint-record.ts';
import type { FailoverEvent } from './event.ts';
import type { RelationshipView } from './relationship-view.ts';

export interface Failover {
  /** What to do now that this happened, in this order. The array is only valid until the next call. */
  step(event: FailoverEvent, now: Now): readonly FailoverEffect[];
  /** Undefined when there is no relationship of this name. */
  relationship(name: string): RelationshipView | undefined;
  readonly relationships: readonly RelationshipView[];
  /** Records that should ride on a commit that is about to be made: that the box is alive and answers clients (section 8.3.2). */
  heartbeats(now: Now): readonly EndpointRecord[];
}
