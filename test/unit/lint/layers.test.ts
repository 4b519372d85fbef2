import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'mocha';
import { projectRoot, withTree } from './fixture.ts';

interface CruiseResult {
  readonly summary: { readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[] };
}

/** The rules that a tree breaks, as `rule < file` in order, each once. */
async function violations(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const result = await withTree(files, (folder) => cruise(folder));
  return [...new Set(result.summary.violations.map(({ rule, from }) => `${rule.name} < ${from}`))].sort();
}

function cruise(folder: string): Promise<CruiseResult> {
  const args = ['--config', path.join(projectRoot, '.dependency-cruiser.mjs'), '--output-type', 'json', 'src', 'test'];
  const program = path.join(projectRoot, 'node_modules/.bin/depcruise');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...args], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout) => {
      if (stdout === '') reject(error ?? new Error('dependency-cruiser printed nothing'));
      else resolve(JSON.parse(stdout) as CruiseResult);
    });
  });
}

const face = 'export const a = 1;\n';
const uses = (specifier: string): string => `import '${specifier}';\nexport const a = 1;\n`;

// One tree with every layer broken once and every permitted import made once: a run costs a second.
const everyRuleBroken = {
  'src/wire/index.ts': uses('../lease/index.ts'),
  'src/wire/inner.ts': face,
  'src/bounded/index.ts': uses('../lease/index.ts'),
  'src/clock/index.ts': uses('../lease/index.ts'),
  'src/lease/index.ts': uses('../server/index.ts'),
  'src/lease/inner.ts': uses('../wire/inner.ts'),
  'src/server/index.ts': uses('../health/index.ts'),
  'src/server/clock.ts': uses('node:perf_hooks'),
  'src/server/disk.ts': uses('node:fs'),
  'src/server/type-only.ts': "import type { Socket } from 'node:net';\nexport type A = Socket;\n",
  'src/server/package.ts': uses('yaml'),
  'src/failover/index.ts': uses('../dns/index.ts'),
  'src/health/index.ts': face,
  'src/dns/index.ts': uses('../appliance/index.ts'),
  'src/appliance/index.ts': uses('../store/index.ts'),
  'src/store/index.ts': uses('../daemon/index.ts'),
  'src/store/inner.ts': face,
  'src/store/tested.ts': uses('../../test/unit/aid.ts'),
  'src/store/developed.ts': uses('fast-check'),
  'src/net/index.ts': uses('../store/inner.ts'),
  'src/control/index.ts': uses('../console/index.ts'),
  'src/console/index.ts': uses('../store/index.ts'),
  'src/config/index.ts': uses('./ring.ts'),
  'src/config/ring.ts': uses('./index.ts'),
  'src/config/absent.ts': uses('./nowhere.ts'),
  'src/daemon/index.ts': face,
  'src/cli.ts': uses('./store/inner.ts'),
  'test/unit/aid.ts': face,
};

const allAsItShouldBe = {
  'src/wire/index.ts': uses('./inner.ts'),
  'src/wire/inner.ts': face,
  'src/bounded/index.ts': uses('../wire/index.ts'),
  'src/clock/index.ts': uses('../wire/index.ts'),
  'src/lease/index.ts': uses('../wire/index.ts'),
  'src/server/index.ts': `import '../bounded/index.ts';\nimport '../wire/index.ts';\n${uses('../lease/index.ts')}`,
  'src/appliance/index.ts': `import '../clock/index.ts';\nimport '../lease/index.ts';\n${uses('../server/index.ts')}`,
  'src/store/index.ts': `import 'node:fs';\nimport 'level';\n${uses('../lease/index.ts')}`,
  'src/config/index.ts': `import 'yaml';\n${uses('../server/index.ts')}`,
  'src/control/index.ts': uses('node:net'),
  'src/console/index.ts': `import '../config/index.ts';\n${uses('../control/index.ts')}`,
  'src/daemon/index.ts': `import '../appliance/index.ts';\nimport '../control/index.ts';\n${uses('../store/index.ts')}`,
  'src/cli.ts': `import './console/index.ts';\n${uses('./daemon/index.ts')}`,
  'test/unit/aid.ts': `import 'mocha';\n${uses('../../src/wire/inner.ts')}`,
};

describe('lint/layers', function () {
  this.timeout(60_000);

  it('finds every kind of import that the layers forbid, and nothing else', async () => {
    assert.deepEqual(await violations(everyRuleBroken), [
      'appliance-imports-core < src/appliance/index.ts',
      'bounded-imports-wire < src/bounded/index.ts',
      'clock-imports-wire < src/clock/index.ts',
      'console-is-last < src/control/index.ts',
      'console-through-control < src/console/index.ts',
      'core-does-no-io < src/server/clock.ts',
      'core-does-no-io < src/server/disk.ts',
      'core-does-no-io < src/server/type-only.ts',
      'core-has-no-packages < src/server/package.ts',
      'core-rooms-are-apart < src/dns/index.ts',
      'core-rooms-are-apart < src/failover/index.ts',
      'core-rooms-are-apart < src/server/index.ts',
      'lease-imports-wire < src/lease/index.ts',
      'no-cycles < src/config/index.ts',
      'no-unresolved < src/config/absent.ts',
      'product-without-tests < src/store/developed.ts',
      'product-without-tests < src/store/tested.ts',
      'rooms-have-one-face < src/lease/inner.ts',
      'rooms-have-one-face < src/net/index.ts',
      'rooms-import-no-root < src/store/index.ts',
      'roots-use-faces < src/cli.ts',
      'wire-imports-nothing < src/wire/index.ts',
    ]);
  });

  it('lets through what the design allows', async () => {
    assert.deepEqual(await violations(allAsItShouldBe), []);
  });
});
