/** Most clients are in no class, which their messages show at a glance. */
import { OptionCode } from '../../wire/index.ts';
import type { Query } from '../query.ts';
import type { ClassTest, ClientClass } from './client-class.ts';
import { fits } from './octet-pattern.ts';

/** Whether the client may be in one of the classes: false only where each of them has a test that can't hold, whatever the other classes are. */
export function mayBeInClass(classes: readonly ClientClass[], query: Query): boolean {
  for (const { tests } of classes) if (mayHoldAll(tests, query)) return true;
  return false;
}

function mayHoldAll(tests: readonly ClassTest[], query: Query): boolean {
  for (const test of tests) if (!mayHold(test, query)) return false;
  return true;
}

function mayHold(test: ClassTest, { message, levels }: Query): boolean {
  switch (test.kind) {
    case 'vendor-classes':
      return message.options.indexOf(OptionCode.VENDOR_CLASS) >= 0;
    case 'user-classes':
      return message.options.indexOf(OptionCode.USER_CLASS) >= 0;
    case 'architectures':
      return message.options.indexOf(OptionCode.CLIENT_ARCH_TYPE) >= 0;
    case 'remote-ids':
    case 'subscriber-ids':
    case 'interface-ids':
    case 'radius-address-pools':
    case 'radius-prefix-pools':
      return levels.length > 0;
    case 'duids':
      return message.clientId !== undefined && test.any.some((pattern) => fits(pattern, message.clientId as Uint8Array));
    case 'link-layer-addresses':
    case 'classes':
    case 'not-classes':
      return true;
  }
}
