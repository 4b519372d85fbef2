/** Two daemons on the loopback interface of a namespace, with one file from "pair new". */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PairingReport, RelationshipReport } from '../../../src/control/index.ts';
import { startProgram } from '../../lab/process/program.ts';
import type { Program } from '../../lab/process/program.ts';
import { CLI, ENVIRONMENT, twinlease } from '../console/command.ts';
import type { Ran } from '../console/command.ts';
import { addCable, ip, skipAddressDetection } from '../net/veth.ts';

export type BoxName = 'east' | 'west';

export const BOXES: readonly BoxName[] = ['east', 'west'];

export interface TwoDaemons {
  /** In the directory of this test. */
  readonly path: (name: string) => string;
  /** `twinlease pair new`; its output. */
  readonly makeFile: (...more: readonly string[]) => Promise<Ran>;
  /** @param state where it keeps its state; its own unless a test says otherwise */
  readonly start: (box: BoxName, state?: string) => Program;
  readonly ask: (box: BoxName, ...words: readonly string[]) => Promise<Ran>;
  pairing(box: BoxName): Promise<PairingReport>;
  failover(box: BoxName): Promise<RelationshipReport>;
  /** Ends all of them, and removes what they wrote. */
  end(): Promise<void>;
}

/** Once for a namespace. */
export function prepareNamespace(): void {
  skipAddressDetection();
  ip('link set lo up');
  for (const address of ['fd00:e::1', 'fd00:e::2']) ip(`addr add ${address}/128 dev lo nodad`);
  addCable('tlpd0', 'tlpd1');
}

export function openTwoDaemons(): TwoDaemons {
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
      return made;
    },
    start(box, state = box) {
      const environment = `NODE_COMPILE_CACHE=${ENVIRONMENT.NODE_COMPILE_CACHE}`;
      const words = ['serve', path('pair.yaml'), '--appliance', box, '--state', path(state), '--control', path(`${box}.sock`)];
      const program = startProgram(box, ['env', environment, process.execPath, CLI, ...words], path(`${box}.log`));
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
export async function said(program: Program, what: RegExp, from = 0): Promise<string> {
  return await program.log.next({ what: String(what), from, withinMs: 9_000, match: (line) => (what.test(line) ? line : undefined) });
}
