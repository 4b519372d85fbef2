import assert from 'node:assert/strict';
import path from 'node:path';
import { ESLint } from 'eslint';
import { describe, it } from 'mocha';
import { projectRoot, withTree } from './fixture.ts';

/** The rules that each file of a tree breaks, by file. */
async function brokenRules(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, readonly string[]>>> {
  return withTree(files, async (folder) => {
    const eslint = new ESLint({ cwd: folder, overrideConfigFile: path.join(projectRoot, '.eslint.config.mjs') });
    const results = await eslint.lintFiles(['src', 'test']);
    const byFile = results.map(({ filePath, messages }): [string, readonly string[]] => {
      const rules = messages.map(({ ruleId, message }) => ruleId ?? message);
      return [path.relative(folder, filePath), [...new Set(rules)].sort()];
    });
    return Object.fromEntries(byFile);
  });
}

const usesClocks = `
export const now = (): number => Date.now();
export const dice = (): number => Math.random();
export const later = (run: () => void): void => { setTimeout(run, performance.now()); };
export const where = (): string => process.cwd();
export const say = (): void => { console.log('x'); };
`;

describe('lint/code rules', function () {
  this.timeout(60_000);

  it('finds any, unhandled promises, unsafe values, forgotten cases, imported types, unused names and long files', async () => {
    const rules = await brokenRules({
      'src/store/any.ts': 'export const a = (x: any): void => { x(); };\n',
      'src/store/assertion.ts': 'export const a = (x: string | undefined): string => x!;\n',
      'src/store/exhaustive.ts':
        "export function a(x: 'b' | 'c'): number {\n  switch (x) {\n    case 'b': return 1;\n  }\n  return 2;\n}\n",
      'src/store/floating.ts': 'export const a = (): void => { Promise.resolve(1); };\n',
      'src/store/long.ts': 'export const a = 1;\n'.concat('// line\n'.repeat(400)),
      'src/store/misused.ts': 'export const a = (): void => { [1].forEach(async () => { await Promise.resolve(); }); };\n',
      'src/store/type.ts': "import { Socket } from 'node:net';\nexport type A = Socket;\n",
      'src/store/unused.ts': 'const a = 1;\nexport const b = 1;\n',
      'test/unit/any.ts': 'export const a = (x: any): void => { x(); };\n',
    });
    assert.deepEqual(rules, {
      'src/store/any.ts': [
        '@typescript-eslint/explicit-module-boundary-types',
        '@typescript-eslint/no-explicit-any',
        '@typescript-eslint/no-unsafe-call',
      ],
      'src/store/assertion.ts': ['@typescript-eslint/no-non-null-assertion'],
      'src/store/exhaustive.ts': ['@typescript-eslint/switch-exhaustiveness-check'],
      'src/store/floating.ts': ['@typescript-eslint/no-floating-promises'],
      'src/store/long.ts': ['max-lines'],
      'src/store/misused.ts': ['@typescript-eslint/no-misused-promises'],
      'src/store/type.ts': ['@typescript-eslint/consistent-type-imports'],
      'src/store/unused.ts': ['@typescript-eslint/no-unused-vars'],
      'test/unit/any.ts': [
        '@typescript-eslint/explicit-module-boundary-types',
        '@typescript-eslint/no-explicit-any',
        '@typescript-eslint/no-unsafe-call',
      ],
    });
  });

  it('finds clocks, randomness and I/O by global names in every room of the core, and lets the shell have them', async () => {
    const core = ['wire', 'clock', 'lease', 'server', 'failover', 'health', 'dns', 'appliance'];
    const inCore = Object.fromEntries(core.map((room) => [`src/${room}/inner/clock.ts`, usesClocks]));
    const rules = await brokenRules({ ...inCore, 'src/store/inner/clock.ts': usesClocks, 'test/unit/a.ts': usesClocks });
    for (const room of core) {
      assert.deepEqual(rules[`src/${room}/inner/clock.ts`], ['no-restricted-globals', 'no-restricted-properties', 'no-restricted-syntax'], room);
    }
    assert.deepEqual(rules['src/store/inner/clock.ts'], ['no-restricted-syntax']);
    assert.deepEqual(rules['test/unit/a.ts'], []);
  });

  it('[R-ST2] finds the wall clock, which may say 1970, in all rooms but the one that reads it for the others', async () => {
    const now = 'export const now = (): number => Date.now();\n';
    const rules = await brokenRules({
      'src/net/now.ts': now,
      'src/daemon.ts': 'export const now = (): Date => new Date();\n',
      'src/console/text.ts': 'export const now = (): string => Date();\n',
      'src/console/parse.ts': 'export const then = (text: string): Date => new Date(text);\n',
      'src/time/system-time.ts': now,
      'test/unit/a.ts': now,
    });
    assert.deepEqual(rules, {
      'src/net/now.ts': ['no-restricted-syntax'],
      'src/daemon.ts': ['no-restricted-syntax'],
      'src/console/text.ts': ['no-restricted-syntax'],
      'src/console/parse.ts': [],
      'src/time/system-time.ts': [],
      'test/unit/a.ts': [],
    });
  });

  it('finds names of a package that is imported late: the bundle has nothing but its default', async () => {
    const rules = await brokenRules({
      'src/console/named.ts': "export async function a(): Promise<string> {\n  const { stringify } = await import('yaml');\n  return stringify(1);\n}\n",
      'src/console/whole.ts': "export async function a(): Promise<unknown> {\n  const { default: forge } = await import('node-forge');\n  return forge;\n}\n",
      'src/console/own.ts': "export async function a(): Promise<string> {\n  const { join } = await import('node:path');\n  return join('a');\n}\n",
      'test/unit/a.ts': 'export const a = 1;\n',
    });
    const found = Object.keys(rules).filter((file) => rules[file]?.includes('no-restricted-syntax'));
    assert.deepEqual(found, ['src/console/named.ts']);
  });
});
