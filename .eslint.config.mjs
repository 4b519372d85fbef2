// Code rules for src/ and test/. Run by `make lint`; test/unit/lint/code-rules.test.ts shows that they bite.

import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const message = 'The core gets time, randomness and I/O passed in.';
const clocksAndIo = [
  'Date', 'performance', 'process', 'console', 'globalThis', 'global', 'crypto', 'fetch', 'navigator',
  'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'queueMicrotask',
];

// What a wall clock shows may be 1970.
const wallClock = [
  "MemberExpression[object.name='Date'][property.name='now']",
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "CallExpression[callee.name='Date']",
].map((selector) => ({ selector, message: 'The time of day comes from src/time in the daemon, and from the daemon in the console.' }));

// esbuild makes a namespace with nothing but a default of a CommonJS package that is imported so.
const lazyPackage = {
  selector:
    'VariableDeclarator[init.argument.source.value=/^(?!node:|[.])/] > ObjectPattern > Property:not([key.name="default"])',
  message: 'In the bundle a package that is imported like this may have nothing but a default.',
};

export default defineConfig(
  { ignores: ['node_modules/**', 'dist/**', '.tools/**', '.cache/**'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'max-lines': ['error', { max: 400 }],
      'default-case-last': 'error',
      'no-shadow': 'off',
      '@typescript-eslint/no-shadow': ['error', { ignoreTypeValueShadow: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/time/**'],
    rules: { 'no-restricted-syntax': ['error', ...wallClock, lazyPackage] },
  },
  {
    files: ['src/{wire,clock,lease,server,failover,health,dns,appliance}/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...clocksAndIo.map((name) => ({ name, message }))],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message }],
    },
  },
);
