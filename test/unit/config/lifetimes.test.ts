// Lifetimes and timers.

import { describe } from 'mocha';
import { itRefuses, text, withLan1, withTop } from './refused.ts';

describe('a provisioning file is refused for its lifetimes:', () => {
  itRefuses(
    'preferred longer than valid',
    withTop(text`
      lifetimes: { preferred: 2h, valid: 1h }
    `),
    text`
      file.yaml:6:25: preferred is longer than valid
          6 | lifetimes: { preferred: 2h, valid: 1h }
            |                         ^~
        key:     lifetimes.preferred
        found:   preferred 2h, valid 1h
        allowed: t1 <= t2 <= preferred <= valid
        valid is set at 6:36 (lifetimes.valid)
          6 | lifetimes: { preferred: 2h, valid: 1h }
            |                                    ^~
    `,
  );

  itRefuses(
    'preferred, a default, longer than valid',
    withTop(text`
      lifetimes: { valid: 30m }
    `),
    text`
      file.yaml:6:21: preferred is longer than valid
          6 | lifetimes: { valid: 30m }
            |                     ^~~
        key:     lifetimes.valid
        found:   preferred 1h, valid 30m
        allowed: t1 <= t2 <= preferred <= valid
    `,
  );

  itRefuses(
    't2 longer than preferred, and t1 longer than t2',
    withTop(text`
      lifetimes: { preferred: 1h, t1: 3h, t2: 2h }
    `),
    text`
      file.yaml:6:33: t1 is longer than t2
          6 | lifetimes: { preferred: 1h, t1: 3h, t2: 2h }
            |                                 ^~
        key:     lifetimes.t1
        found:   t1 3h, t2 2h
        allowed: t1 <= t2 <= preferred <= valid
        t2 is set at 6:41 (lifetimes.t2)
          6 | lifetimes: { preferred: 1h, t1: 3h, t2: 2h }
            |                                         ^~
      file.yaml:6:41: t2 is longer than preferred
          6 | lifetimes: { preferred: 1h, t1: 3h, t2: 2h }
            |                                         ^~
        key:     lifetimes.t2
        found:   t2 2h, preferred 1h
        allowed: t1 <= t2 <= preferred <= valid
        preferred is set at 6:25 (lifetimes.preferred)
          6 | lifetimes: { preferred: 1h, t1: 3h, t2: 2h }
            |                         ^~
    `,
  );

  itRefuses(
    't1 longer than an automatic t2',
    withTop(text`
      lifetimes: { t1: 50m }
    `),
    text`
      file.yaml:6:18: t1 is longer than t2 (auto, 0.8 of preferred)
          6 | lifetimes: { t1: 50m }
            |                  ^~~
        key:     lifetimes.t1
        found:   t1 50m, t2 (auto, 0.8 of preferred) 48m
        allowed: t1 <= t2 <= preferred <= valid
    `,
  );

  itRefuses(
    't2 shorter than an automatic t1',
    withTop(text`
      lifetimes: { t2: 20m }
    `),
    text`
      file.yaml:6:18: t1 (auto, 0.5 of preferred) is longer than t2
          6 | lifetimes: { t2: 20m }
            |                  ^~~
        key:     lifetimes.t2
        found:   t1 (auto, 0.5 of preferred) 30m, t2 20m
        allowed: t1 <= t2 <= preferred <= valid
    `,
  );

  itRefuses(
    'a clash between a pool and its link',
    withLan1(text`
      lifetimes: { valid: 3h }
      address-pools: [{ prefix: 2001:db8:1::/65, lifetimes: { preferred: 4h } }]
    `),
    text`
      file.yaml:7:72: preferred is longer than valid
          7 | ...pools: [{ prefix: 2001:db8:1::/65, lifetimes: { preferred: 4h } }]
            |                                                               ^~
        key:     links.lan1.address-pools[0].lifetimes.preferred
        found:   preferred 4h, valid 3h
        allowed: t1 <= t2 <= preferred <= valid
        valid is set at 6:25 (links.lan1.lifetimes.valid)
          6 |     lifetimes: { valid: 3h }
            |                         ^~
    `,
  );

  itRefuses(
    'a clash inside of a link once, not again for its pools',
    withLan1(text`
      lifetimes: { preferred: infinite }
      address-pools: [{ prefix: 2001:db8:1::/65, lifetimes: { t1: 1m } }, { range: 2001:db8:1:0:8000::1 - 2001:db8:1:0:8000::2 }]
      prefix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 56, lifetimes: { t2: 10s } }]
    `),
    text`
      file.yaml:6:29: preferred is longer than valid
          6 |     lifetimes: { preferred: infinite }
            |                             ^~~~~~~~
        key:     links.lan1.lifetimes.preferred
        found:   preferred infinite, valid 2h
        allowed: t1 <= t2 <= preferred <= valid
      file.yaml:8:88: t1 (auto, 0.5 of preferred) is longer than t2
          8 | ...2001:db8:100::/40, delegated-length: 56, lifetimes: { t2: 10s } }]
            |                                                              ^~~
        key:     links.lan1.prefix-pools[0].lifetimes.t2
        found:   t1 (auto, 0.5 of preferred) infinite, t2 10s
        allowed: t1 <= t2 <= preferred <= valid
        t1 (auto, 0.5 of preferred) is set at 6:29 (links.lan1.lifetimes.preferred)
          6 |     lifetimes: { preferred: infinite }
            |                             ^~~~~~~~
    `,
  );
});
