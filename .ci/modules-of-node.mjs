// How what we bundle imports Node's own modules.

import { isBuiltin } from 'node:module';

/**
 * A plugin of esbuild. Imported by name, one of Node's own modules is asked by Node.js for all that it exports, which loads what nobody wants: node:http
 * an HTTP client, node:fs streams; a third of the time until the daemon answers on a slow router. So each name becomes a read of its own, and
 * esbuild leaves out those that nobody imports.
 */
export const modulesOfNode = {
  name: "Node's own modules",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) => (isBuiltin(path) && kind === 'import-statement' ? { path, namespace: 'node', sideEffects: false } : undefined));
    onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => {
      const names = Object.getOwnPropertyNames(process.getBuiltinModule(path)).filter((name) => name !== 'default');
      const exported = names.map((name) => `export const ${name} = /* @__PURE__ */ exported(${JSON.stringify(name)});`);
      return { contents: [`const builtin = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)});`, 'const exported = (name) => builtin[name];', 'export default builtin;', ...exported].join('\n') };
    });
  },
};
