// Who may import whom. Run by `make lint`; test/unit/lint/layers.test.ts shows that each rule bites.
// src/ is split in two: the core, which does no I/O, and the shell around it.

const core = '^src/(wire|bounded|clock|lease|server|failover|health|dns|appliance)/';
const rooms = '^src/([^/]+)/';

// Node's modules that neither do I/O nor read a clock or a source of randomness.
const pureNode = '^(node:)?(assert|assert/strict|buffer)$';

/** A rule that lets a room import only itself and the rooms named. */
function onlyImports(name, comment, room, allowed) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path: '^src/', pathNot: [`^src/${room}/`, ...allowed.map((other) => `^src/${other}/`)] },
  };
}

/** The same for several sibling rooms, none of which may import another. */
function siblings(name, comment, group, allowed) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: `^src/(${group})/` },
    to: { path: '^src/', pathNot: ['^src/$1/', ...allowed.map((other) => `^src/${other}/`)] },
  };
}

export default {
  forbidden: [
    onlyImports('wire-imports-nothing', 'wire knows bytes and messages, nothing above them', 'wire', []),
    onlyImports('clock-imports-wire', 'what time it is depends on nothing that the box does', 'clock', ['wire']),
    onlyImports('bounded-imports-wire', 'collections know nothing of what is in them', 'bounded', ['wire']),
    onlyImports('lease-imports-wire', 'lease stands on wire alone', 'lease', ['wire']),
    siblings(
      'core-rooms-are-apart',
      'server, failover, health and dns stand on lease, wire and bounded, not on each other',
      'server|failover|health|dns',
      ['lease', 'wire', 'bounded'],
    ),
    onlyImports('appliance-imports-core', 'appliance puts the core together and knows no shell', 'appliance', [
      'wire',
      'bounded',
      'clock',
      'lease',
      'server',
      'failover',
      'health',
      'dns',
    ]),
    {
      name: 'core-does-no-io',
      comment: 'the core gets events and times passed in: no sockets, disk, clock or randomness',
      severity: 'error',
      from: { path: core },
      to: { dependencyTypes: ['core'], pathNot: pureNode },
    },
    {
      name: 'core-has-no-packages',
      comment: 'the core depends on no npm package',
      severity: 'error',
      from: { path: core },
      to: { path: 'node_modules' },
    },
    {
      name: 'rooms-have-one-face',
      comment: "another room is entered through its index.ts only",
      severity: 'error',
      from: { path: rooms },
      to: { path: rooms, pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'roots-use-faces',
      comment: 'the files at the top of src/ enter a room through its index.ts only',
      severity: 'error',
      from: { path: '^src/[^/]+$' },
      to: { path: rooms, pathNot: '^src/[^/]+/index\\.ts$' },
    },
    {
      name: 'rooms-import-no-root',
      comment: 'what composes the rooms is not known to them',
      severity: 'error',
      from: { path: rooms, pathNot: '^src/daemon/' },
      to: { path: '^src/(daemon/|cli\\.ts$)' },
    },
    {
      name: 'console-through-control',
      comment: 'the console reaches the daemon through the control socket; it reads files with config and identity, and spares memory like the daemon',
      severity: 'error',
      from: { path: '^src/console/' },
      to: { path: '^src/', pathNot: '^src/((console|control|config|firmware|identity|memory|revisions|wire)/|(default-places|reason)\\.ts$)' },
    },
    {
      name: 'console-is-last',
      comment: 'only the command itself knows the console',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/console/', '^src/cli\\.ts$'] },
      to: { path: '^src/console/' },
    },
    {
      name: 'no-cycles',
      comment: 'two files that need each other are one idea, or a third is missing',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'product-without-tests',
      comment: 'nothing in src/ comes from test/ or from a development package',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/|node_modules/', dependencyTypesNot: ['npm'] },
    },
    {
      name: 'no-unresolved',
      comment: 'an import that resolves to nothing',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.node$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'require', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
