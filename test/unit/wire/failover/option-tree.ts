/** Options as a tree, by a reader that shares nothing with the product: to change one of them and repair the lengths around it. */
import { concat, optionOctets } from '../octets.ts';

export interface OptionNode {
  readonly code: number;
  /** All data, or the fixed part in front of the options inside. */
  readonly head: Uint8Array;
  /** The options inside, where the option is a container. */
  readonly inside: readonly OptionNode[];
  /** Where the option begins. */
  readonly offset: number;
  /** Where what holds it ends. */
  readonly limit: number;
}

/** How many octets stand in front of the options in a container. */
const heads = new Map([[3, 12], [4, 4], [5, 24], [25, 12], [26, 25], [45, 0], [116, 0]]);

/** The options in `[start, end)`, which must be well formed. */
export function parseTree(bytes: Uint8Array, start: number, end = bytes.length): readonly OptionNode[] {
  const nodes: OptionNode[] = [];
  const at16 = (at: number): number => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
  for (let at = start; at < end; ) {
    const code = at16(at);
    const next = at + 4 + at16(at + 2);
    const headEnd = at + 4 + (heads.get(code) ?? next - at - 4);
    nodes.push({ code, head: bytes.slice(at + 4, headEnd), inside: parseTree(bytes, headEnd, next), offset: at, limit: end });
    at = next;
  }
  return nodes;
}

export function treeOctets(nodes: readonly OptionNode[]): Uint8Array {
  return concat(...nodes.map(({ code, head, inside }) => optionOctets(code, concat(head, treeOctets(inside)))));
}

/** Every option at every depth. */
export function everyNode(nodes: readonly OptionNode[]): readonly OptionNode[] {
  return nodes.flatMap((node) => [node, ...everyNode(node.inside)]);
}

/** The same tree with other options in the place of one. */
export function withInPlaceOf(nodes: readonly OptionNode[], one: OptionNode, others: readonly OptionNode[]): readonly OptionNode[] {
  return nodes.flatMap((node) => (node === one ? others : [{ ...node, inside: withInPlaceOf(node.inside, one, others) }]));
}
