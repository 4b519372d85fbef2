/** What partners tell each other of their clocks, and whose counts (R-ST2, rules 2 and 3). */
import { ExtensionCode, FailoverMessageType, extension, extensionOf, sameBytes } from '../wire/index.ts';
import type { ClockReport, FailoverMessage, VendorSuboption } from '../wire/index.ts';
import type { Endpoint } from './endpoint.ts';
import { announcement } from './extensions.ts';

const NO_ID = new Uint8Array(0);

/** What goes with a refusal for the skew, and with what a primary says behind one: the partner may set its clock by it. */
export function clockOffer(endpoint: Endpoint): readonly VendorSuboption[] {
  return [announcement(endpoint), extension(ExtensionCode.CLOCK, endpoint.clock.report())];
}

/** Whether this box may take its partner's clock: its own is not trusted, and no other partner counts by it. */
export function mayAdopt({ clock, isClockShared }: Endpoint): boolean {
  return !clock.isTrusted() && !isClockShared();
}

export function reportIn(message: FailoverMessage): ClockReport | undefined {
  switch (message.type) {
    case FailoverMessageType.CONNECT:
    case FailoverMessageType.CONNECTREPLY:
    case FailoverMessageType.STATE:
    case FailoverMessageType.CONTACT:
      return message.vendor.length === 0 ? undefined : extensionOf(message.vendor, ExtensionCode.CLOCK);
    default:
      return undefined;
  }
}

export function isSameReport(a: ClockReport, b: ClockReport): boolean {
  return (
    a.trusted === b.trusted &&
    a.source === b.source &&
    a.timescales.length === b.timescales.length &&
    a.timescales.every(({ id, correction }, i) => sameBytes(id, b.timescales[i]?.id ?? NO_ID) && correction === b.timescales[i]?.correction)
  );
}
