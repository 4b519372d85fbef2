/** A content that is longer than one message takes: in parts, each of which is asked for when the one before has come. */

/** Far below what an option can carry (RFC 9915 section 21.1), so that signs of life and updates get through between two of them. */
const PART_LENGTH = 16_384;
/** Twice what a provisioning file may have. */
const LENGTH_MAX = 4 * 1_024 * 1_024;

export function partsOf(content: Uint8Array): readonly Uint8Array[] {
  const count = Math.max(1, Math.ceil(content.length / PART_LENGTH));
  return Array.from({ length: count }, (_, i) => content.subarray(i * PART_LENGTH, (i + 1) * PART_LENGTH));
}

export interface Gathered {
  readonly id: string;
  readonly parts: readonly Uint8Array[];
}

/** @returns what there is of the content with this part; undefined where the part does not go on from what there is */
export function gather(
  before: Gathered | undefined,
  { id, part, parts, content }: { readonly id: string; readonly part: number; readonly parts: number; readonly content: Uint8Array },
): Gathered | undefined {
  const known = part === 1 ? [] : before?.id === id ? before.parts : undefined;
  if (known?.length !== part - 1 || parts * PART_LENGTH > LENGTH_MAX + PART_LENGTH || content.length > PART_LENGTH) return undefined;
  return { id, parts: [...known, content] };
}

export function whole({ parts }: Gathered): Uint8Array {
  return Buffer.concat(parts);
}
