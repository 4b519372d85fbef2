import { writeFileSync } from 'node:fs';
import { linkPrefix, managementAddress, managementInterface, poolPrefix, serverInterface } from '../lab.ts';
import type { Subject } from './subject.ts';

export const twinleaseProgram = new URL('../../../dist/twinlease', import.meta.url).pathname;

/**
 * As it comes (random addresses from the pool, no rapid commit), but for the bound on leases: the default is a million, and the
 * bench asks for more beyond those. The lifetimes outlast the bench.
 */
export const service = `server: { limits: { leases: 1100000 } }
lifetimes: { preferred: 12h, valid: 24h, t1: 6h, t2: 576m }
options:
  dns-servers: ["2001:db8::53"]
  domain-search: [example.com]
links:
  lan1:
    prefixes: ["${linkPrefix}"]
    address-pools: [{ prefix: "${poolPrefix}" }]
`;

const provisioning = `version: 1
appliances:
  bench:
    management: { interface: ${managementInterface}, address: "${managementAddress}" }
    links: { lan1: [${serverInterface}] }
    clock: system
${service}`;

export const twinlease: Subject = {
  name: 'twinlease',
  prepare(directory) {
    const file = `${directory}/twinlease.yaml`;
    writeFileSync(file, provisioning);
    return {
      command: [twinleaseProgram, 'serve', file, '--state', `${directory}/state`, '--control', `${directory}/control.sock`],
      environment: {},
    };
  },
};
