/** Two daemons on the loopback interface of a namespace, with one file from "pair new". */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PairingReport, RelationshipReport } from '../../../src/control/index.ts';
import type { BoxIdentity } from '../../../src/identity/index.ts';
import { startProgram } from '../../lab/process/program.ts';
import type { Program } from '../../lab/process/program.ts';
import { CLI, ENVIRONMENT, twinlease } from '../console/command.ts';
import type { Ran } from '../console/command.ts';
import type { NamespaceSuite } from '../net/in-namespace.ts';
import { identityOf } from '../net/partner/identities.ts';
import { addCable, ip, skipAddressDetection } from '../net/veth.ts';

/** Several processes on a machine that may be busy. */
export const TEST_MS = 20_000;

export type BoxName = 'east' | 'west';

export const BOXES: readonly BoxName[] = ['east', 'west'];

/** Another version of the program, as far as it shows. */
export interface ProgramChoice {
  /** What it says of itself. */
  readonly version?: string;
  /** A module that is loaded first, and may change others. */
  readonly preload?: string;
  /** The folder in which root is asked. */
  readonly privileged?: string;
}

export interface TwoDaemons {
  /** In the directory of this test. */
  readonly path: (name: string) => string;
  /** `twinlease pair new`; its output. */
  readonly makeFile: (...more: readonly string[]) => Promise<Ran>;
  /** Its key is there already, which saves a second, unless it is to make its own. */
  readonly start: (box: BoxName, key?: 'given' | 'own', file?: string, program?: ProgramChoice) => Program;
  readonly ask: (box: BoxName, ...words: readonly string[]) => Promise<Ran>;
  pairing(box: BoxName): Promise<PairingReport>;
  failover(box: BoxName): Promise<RelationshipReport>;
  /** Ends all of them, and removes what they wrote. */
  end(): Promise<void>;
}

const identities = new Map<BoxName, BoxIdentity>();

function giveKey(box: BoxName, directory: string): void {
  const identity = identities.get(box);
  if (identity === undefined || existsSync(join(directory, 'box.key'))) return;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, 'box.key'), identity.privateKeyPem, { mode: 0o600 });
  writeFileSync(join(directory, 'box.crt'), identity.certificate.pem, { mode: 0o600 });
}

/** Once for a namespace. */
export async function prepareNamespace(): Promise<void> {
  await Promise.all(BOXES.map(async (box) => identities.set(box, await identityOf(box))));
  skipAddressDetection();
  ip('link set lo up');
  for (const address of ['fd00:e::1', 'fd00:e::2']) ip(`addr add ${address}/128 dev lo nodad`);
  addCable('tlpd0', 'tlpd1');
}

/**
 * For each test of a suite its own two.
 * @param beforeEnd what a test has left besides
 * @returns those of the test that runs
 */
export function withTwoDaemons(suite: NamespaceSuite, beforeEnd?: () => void): () => TwoDaemons {
  let daemons: TwoDaemons | undefined;
  suite.before(prepareNamespace);
  suite.beforeEach(() => {
    daemons = openTwoDaemons();
  });
  suite.afterEach(async () => {
    beforeEnd?.();
    await daemons?.end();
  });
  return () => daemons ?? assert.fail('a test runs');
}

function openTwoDaemons(): TwoDaemons {
  const directory = mkdtempSync(join(tmpdir(), 'tlpd-'));
  const programs: Program[] = [];
  const path = (name: string): string => join(directory, name);

  const ask: TwoDaemons['ask'] = async (box, ...words) => await twinlease(...words, '--control', path(`${box}.sock`));
  const report = async <Report>(box: BoxName, ...words: readonly string[]): Promise<Report> => {
    const { out, err } = await ask(box, ...words, '--json');
    const [first] = JSON.parse(out === '' ? '[]' : out) as readonly Report[];
    assert.ok(first !== undefined, err);
    return first;
  };

  return {
    path,
    async makeFile(...more) {
      const made = await twinlease(
        'pair', 'new', '--out', path('pair.yaml'), '--primary', 'east', '--secondary', 'west', '--management', 'lo',
        '--primary-address', 'fd00:e::1/64', '--secondary-address', 'fd00:e::2/64', '--link', 'lan1:tlpd0:2001:db8:1::/64', ...more,
      );
      assert.deepEqual([made.code, made.err], [0, '']);
      // Nobody may keep the clock of the machine that tests run on.
      writeFileSync(path('pair.yaml'), readFileSync(path('pair.yaml'), 'utf8').replaceAll(/^ {4}management: .*$/gm, (line) => `${line}\n    clock: system`));
      return made;
    },
    start(box, key = 'given', file = path('pair.yaml'), { version, preload, privileged } = {}) {
      if (key === 'given') giveKey(box, path(`${box}/pairing`));
      const environment = `NODE_COMPILE_CACHE=${ENVIRONMENT.NODE_COMPILE_CACHE}`;
      const words = ['serve', file, '--appliance', box, '--state', path(box), '--control', path(`${box}.sock`), ...(privileged === undefined ? [] : ['--privileged', privileged])];
      const before = [
        // As the bundler does it.
        ...(version === undefined ? [] : ['--import', `data:text/javascript,globalThis.TWINLEASE_VERSION=${JSON.stringify(version)}`]),
        ...(preload === undefined ? [] : ['--import', preload]),
      ];
      const program = startProgram(box, ['env', environment, process.execPath, ...before, CLI, ...words], path(`${box}.log`));
      programs.push(program);
      return program;
    },
    ask,
    pairing: async (box) => await report<PairingReport>(box, 'pair', 'status'),
    failover: async (box) => await report<RelationshipReport>(box, 'show', 'failover'),
    async end() {
      await Promise.all(programs.map(async (program) => await program.end('SIGKILL')));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Waits for a line of its log. */
export async function said(program: Program, what: RegExp, from = 0, withinMs = 9_000): Promise<string> {
  return await program.log.next({ what: String(what), from, withinMs, match: (line) => (what.test(line) ? line : undefined) });
}
