// Both servers as pairs: the box that answers, and the one that backs it up.

import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { onEnd } from '../cleanup.ts';
import { freshDirectory, managementInterface, serverInterface } from '../lab.ts';
import { managementOf, onPartnerSide, partnerInterface, type PartnerCore } from '../partner-lab.ts';
import { cpuMicroseconds } from '../process-figures.ts';
import { sleep } from '../run-command.ts';
import { keaConfiguration } from './kea.ts';
import { startProgram, type RunningServer, type Subject } from './subject.ts';
import { fullService, service, twinlease, twinleaseProgram } from './twinlease.ts';

type Side = 'server' | 'partner';

interface Command {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface RunningPair {
  readonly server: RunningServer;
  /** Wait until the partner has taken what it was told and both boxes are at rest. */
  untilQuiet(): Promise<void>;
  /** Kill the partner and start it on an empty disk. @returns its new log */
  losePartner(): Promise<string>;
  stop(): Promise<void>;
}

const hooks = '/usr/lib/x86_64-linux-gnu/kea/hooks';
const stderr = [{ output: 'stderr' }];
const peers = [
  { name: 'server', url: `http://[${managementOf.server}]:8647/`, role: 'primary', 'auto-failover': true },
  { name: 'partner', url: `http://[${managementOf.partner}]:8647/`, role: 'standby', 'auto-failover': true },
];

/** kea-dhcp6 with its HA hook in hot-standby; the hook's own listener needs multi-threading, and one core gets one thread. */
function prepareKea(directory: string, side: Side): Command {
  const { Dhcp6: alone } = keaConfiguration(directory, side === 'server' ? serverInterface : partnerInterface, side === 'server' ? '01' : '02');
  const availability = {
    'this-server-name': side,
    mode: 'hot-standby',
    'multi-threading': { 'enable-multi-threading': true, 'http-dedicated-listener': true, 'http-listener-threads': 1, 'http-client-threads': 1 },
    peers,
  };
  const paired = {
    ...alone,
    loggers: [{ name: 'kea-dhcp6', severity: 'WARN', output_options: stderr }, { name: 'kea-dhcp6.ha-hooks', severity: 'INFO', output_options: stderr }],
    'multi-threading': { 'enable-multi-threading': true, 'thread-pool-size': 1 },
    'hooks-libraries': [
      { library: `${hooks}/libdhcp_lease_cmds.so` },
      { library: `${hooks}/libdhcp_ha.so`, parameters: { 'high-availability': [availability] } },
    ],
  };
  writeFileSync(`${directory}/kea.json`, JSON.stringify({ Dhcp6: paired }, undefined, 2));
  return {
    command: ['kea-dhcp6', '-c', `${directory}/kea.json`],
    environment: { KEA_PIDFILE_DIR: directory, KEA_LOCKFILE_DIR: directory },
  };
}

/** Over TLS 1.3 with certificates made for it, as a pair is meant to run. */
const prepareTwinlease = (directory: string, side: Side): Command => prepareBox(directory, side, service, '');

/** With everything that may be switched on but load balancing. */
const prepareFullTwinlease = (directory: string, side: Side): Command => prepareBox(directory, side, fullService, '');

/** With that as well: the partner's port reaches nobody, so what it is to answer, one client of a hundred, is passed on to it. */
const prepareDividedTwinlease = (directory: string, side: Side): Command => prepareBox(directory, side, fullService, ', load-balancing: 99%');

function prepareBox(directory: string, side: Side, itsService: string, more: string): Command {
  const box = (name: Side, port: string): string => `  ${name}:
    management: { interface: ${managementInterface}, address: "${managementOf[name]}/64" }
    links: { lan1: [${port}] }
    clock: system
    certificate: ${directory}/../${name}.crt
    key: ${directory}/../${name}.key`;
  const provisioning = `version: 1
appliances:
${box('server', serverInterface)}
${box('partner', partnerInterface)}
${itsService}relationships:
  pair: { primary: server, secondary: partner, mclt: 1h${more} }
`;
  const file = `${directory}/twinlease.yaml`;
  writeFileSync(file, provisioning);
  const state = ['--state', `${directory}/state`, '--control', `${directory}/control.sock`];
  return { command: [twinleaseProgram, 'serve', file, '--appliance', side, ...state], environment: {} };
}

function makeCertificates(directory: string): void {
  for (const name of ['server', 'partner']) execFileSync(twinleaseProgram, ['identity', 'new', '--name', name, '--out', directory], { stdio: 'pipe' });
}

/**
 * The partner's disk is memory: two boxes have two disks, and on one device the syncs of the second would wait in the queue of
 * the first. It goes with all that is on it; for a disk that is gone already nothing is done.
 */
function loseDisk(directory: string): void {
  spawnSync('umount', ['--lazy', directory], { stdio: 'ignore' });
}

/** Start both boxes of a subject and wait until they are a pair and the first answers clients. */
export async function startPair(subject: Subject, workDirectory: string, partnerCore: PartnerCore): Promise<RunningPair> {
  return await startPairOf(subject.name, subject.name === twinlease.name ? prepareTwinlease : prepareKea, workDirectory, partnerCore);
}

/** The same of Twinlease with everything switched on. @param divides load balancing, too */
export async function startFullPair(divides: boolean, workDirectory: string, partnerCore: PartnerCore): Promise<RunningPair> {
  return await startPairOf(twinlease.name, divides ? prepareDividedTwinlease : prepareFullTwinlease, workDirectory, partnerCore);
}

async function startPairOf(name: Subject['name'], prepare: typeof prepareKea, workDirectory: string, partnerCore: PartnerCore): Promise<RunningPair> {
  const isOurs = name === twinlease.name;
  const directory = freshDirectory(workDirectory, `${name}-pair`);
  if (isOurs) makeCertificates(directory);
  const serverDirectory = freshDirectory(directory, 'server-box');
  const partnerDirectory = freshDirectory(directory, 'partner-box');
  const startPartner = (): Partner => {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', partnerDirectory]);
    return spawnPartner(prepare(partnerDirectory, 'partner'), partnerCore, `${partnerDirectory}/log`);
  };
  let partner = startPartner();
  onEnd(() => {
    partner.child.kill('SIGKILL');
    loseDisk(partnerDirectory);
  });
  const { command, environment } = prepare(serverDirectory, 'server');
  const server = await startProgram(`${name} (pair)`, command, environment, `${serverDirectory}/log`);
  await untilPaired(`${serverDirectory}/log`, isOurs ? /-> NORMAL/ : /HA_STATE_TRANSITION.* to HOT-STANDBY/);
  return {
    server,
    async untilQuiet() {
      const used = (): number => cpuMicroseconds(server.pid) + cpuMicroseconds(processOf(partner.child));
      for (let before = used(); ; ) {
        await sleep(1000);
        const now = used();
        if (now - before < restMicroseconds) return;
        before = now;
      }
    },
    async losePartner() {
      partner.child.kill('SIGKILL');
      await partner.ended;
      loseDisk(partnerDirectory);
      partner = startPartner();
      return partner.logFile;
    },
    async stop() {
      await server.stop();
      partner.child.kill('SIGTERM');
      await partner.ended;
      loseDisk(partnerDirectory);
    },
  };
}

/** CPU time of both in a second that is only timers and keep-alives. */
const restMicroseconds = 50_000;

function processOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the partner did not start');
  return pid;
}

interface Partner {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  readonly logFile: string;
}

function spawnPartner({ command, environment }: Command, core: PartnerCore, logFile: string): Partner {
  const log = openSync(logFile, 'a');
  const [program, ...rest] = onPartnerSide(core, command);
  const child = spawn(program, rest, { stdio: ['ignore', log, log], env: { ...process.env, ...environment } });
  closeSync(log);
  return { child, logFile, ended: new Promise<void>((resolve) => child.once('exit', () => resolve())) };
}

async function untilPaired(logFile: string, sign: RegExp): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (sign.test(readFileSync(logFile, 'utf8'))) return;
    await sleep(100);
  }
  throw new Error(`the two did not become a pair within 60 s: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
}
