import { writeFileSync } from 'node:fs';
import { DOMAIN, switchedOn } from '../../appliances/switched-on.ts';
import { linkPrefix, managementAddress, managementInterface, nameServer, poolPrefix, serverInterface } from '../lab.ts';
import type { Subject } from './subject.ts';

export const twinleaseProgram = new URL('../../../dist/twinlease', import.meta.url).pathname;

/**
 * As it comes (random addresses from the pool, no rapid commit), but for the bound on leases: the default is a million, and the
 * bench asks for more beyond those. The lifetimes outlast the bench.
 */
export const service = serviceWith({ server: '', link: '', file: '' });

/**
 * Everything that an operator may switch on: classes of clients, names in the DNS, Reconfigure, leasequery with a journal of changes. The clients
 * of most loads use none of it.
 */
export const fullService = serviceWith({
  server: ', reconfigure: {}',
  link: `    dns-updates: { domain: ${DOMAIN} }\n`,
  file: switchedOn({ reverseZones: [`prefix: "${linkPrefix}"`], nameServer, requestor: nameServer }),
});

function serviceWith({ server, link, file }: { readonly server: string; readonly link: string; readonly file: string }): string {
  return `${file}server: { limits: { leases: 1100000 }${server} }
lifetimes: { preferred: 12h, valid: 24h, t1: 6h, t2: 576m }
options:
  dns-servers: ["2001:db8::53"]
  domain-search: [example.com]
links:
  lan1:
    prefixes: ["${linkPrefix}"]
    address-pools: [{ prefix: "${poolPrefix}" }]
${link}`;
}

function subjectWith(itsService: string): Subject {
  const provisioning = `version: 1
appliances:
  bench:
    management: { interface: ${managementInterface}, address: "${managementAddress}" }
    links: { lan1: [${serverInterface}] }
    clock: system
${itsService}`;
  return {
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
}

export const twinlease = subjectWith(service);
export const fullTwinlease = subjectWith(fullService);
