// Text for people is not mutated: what an invariant or an error says, what goes to the log, what stands beside a status code, and
// why a row of the table of states is there.
// A test that fails when a word of it changes proves nothing about the code.

import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import type { Ignorer } from '@stryker-mutator/api/ignore';

interface SyntaxNode {
  readonly type: string;
  readonly key?: { readonly name?: string };
  readonly callee?: { readonly name?: string };
}

const PROPERTIES = new Set(['because', 'section', 'text']);
const CALLS = new Set(['invariant', 'logOf', 'RangeError']);
const CALL_TYPES = new Set(['CallExpression', 'NewExpression']);
const TEXTS = new Set(['StringLiteral', 'TemplateLiteral']);

const textForPeople: Ignorer = {
  shouldIgnore(path) {
    const { node, parent } = path as { readonly node: SyntaxNode; readonly parent?: SyntaxNode };
    if (!TEXTS.has(node.type) || parent === undefined) return undefined;
    const isProperty = parent.type === 'ObjectProperty' && PROPERTIES.has(parent.key?.name ?? '');
    const isArgument = CALL_TYPES.has(parent.type) && CALLS.has(parent.callee?.name ?? '');
    return isProperty || isArgument ? 'text for people' : undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'text-for-people', textForPeople)];
