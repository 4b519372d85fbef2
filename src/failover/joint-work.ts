import { ExtensionCode } from '../wire/index.ts';

/** What the two boxes may do together beyond RFC 8156, by the extension that it travels in. */
export const JOINT_WORKS = [ExtensionCode.SHARED_COMMIT, ExtensionCode.PAIR_UPDATE] as const;
export type JointWork = (typeof JOINT_WORKS)[number];
