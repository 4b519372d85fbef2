/** Router advertisements of a link (RFC 4861 section 6.2.1, RFC 8106): the shape of that part of the file. */
import * as v from 'valibot';
import { duration } from './fields.ts';
import { described, section } from './schema-parts.ts';

const flag = (usual: boolean) => v.optional(v.boolean('true, false'), usual);

export const advertisementSection = section({
  managed: described(flag(true), 'M: hosts ask for addresses by DHCPv6'),
  'other-config': described(flag(true), 'O: hosts ask for options by DHCPv6'),
  autonomous: described(flag(false), 'A: hosts may make addresses of their own in the prefixes (RFC 4862)'),
  interval: described(
    v.optional(duration({ least: 4, most: 1_800 }), '10m'),
    'Longest pause between advertisements; what changes is told at once',
  ),
  'router-lifetime': described(
    v.optional(duration({ least: 0, most: 9_000 }), '45m'),
    'How long hosts keep a box as a default router without hearing from it (RFC 9096 section 3.4); 0: it is none',
  ),
  'needs-default-route': described(
    flag(true),
    'A box is a default router only while its kernel has a default route that works (RFC 7084 G-4, G-5)',
  ),
  preferred: described(
    v.optional(duration({ least: 5, most: 'forever' }), '45m'),
    'Preferred lifetime of the prefixes',
  ),
  valid: described(v.optional(duration({ least: 10, most: 'forever' }), '90m'), 'Their valid lifetime'),
  dns: described(flag(true), 'DNS servers and search list of the link are told as well (RFC 8106)'),
});

export type AdvertisementSection = v.InferOutput<typeof advertisementSection>;
