/** How long leases last, and when they are renewed: of the file, of a layer, of a class. */
import * as v from 'valibot';
import { duration, durationOr } from './fields.ts';
import { described, section } from './schema-parts.ts';

/** A client waits 10 s before it sends a Renew again (REN_TIMEOUT, RFC 9915 section 7.6): less could not be kept. */
const validLifetime = duration({ least: 10, most: 'forever' });
const preferredLifetime = duration({ least: 5, most: 'forever' });
const renewalTime = durationOr('auto', { least: 1, most: 'forever' });

const PREFERRED = 'How long an address is used for new connections';
const VALID = 'How long a lease may be used at all';
const T1 = 'When a client renews with its server; auto: half of the preferred lifetime';
const T2 = 'When a client tries any server; auto: 0.8 of the preferred lifetime';

/** Of the file. */
export const fileLifetimes = section({
  preferred: described(v.optional(preferredLifetime, '1h'), PREFERRED),
  valid: described(v.optional(validLifetime, '2h'), VALID),
  t1: described(v.optional(renewalTime, 'auto'), T1),
  t2: described(v.optional(renewalTime, 'auto'), T2),
});

/** What a link or a pool says of lifetimes; the rest comes from the layer around it. */
export const ownLifetimes = section({
  preferred: described(v.optional(preferredLifetime), PREFERRED),
  valid: described(v.optional(validLifetime), VALID),
  t1: described(v.optional(renewalTime), T1),
  t2: described(v.optional(renewalTime), T2),
});

/** What a class says of them stands by itself, whatever the place of the client. */
export const wholeLifetimes = section({
  preferred: described(preferredLifetime, PREFERRED),
  valid: described(validLifetime, VALID),
  t1: described(v.optional(renewalTime, 'auto'), T1),
  t2: described(v.optional(renewalTime, 'auto'), T2),
});
