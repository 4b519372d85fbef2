/**
 * Another certificate in the place of the one that a box shows (row R-ID3 of the trace to RFC 7031): the partner is told of it over
 * the connection that the old one vouches for, keeps both, and says so; only then the box shows it. To be told of anew is what
 * the shell keeps and does; here is what travels.
 */
import { ExtensionCode, extension, extensionOf } from '../wire/index.ts';
import type { ContactMessage, Now } from '../wire/index.ts';
import type { AlarmText } from './alarms.ts';
import type { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { contact } from './endpoint-relaying.ts';
import { send } from './endpoint-send.ts';

/** Also where it is the same as before: the partner is told again. */
export function certificateToCome(endpoint: Endpoint, certificate: string | undefined): void {
  endpoint.nextCertificate = certificate;
  if (endpoint.connection !== undefined) endpoint.connection.hasToldCertificate = false;
}

/** To be called at the end of every step. */
export function tellCertificate(endpoint: Endpoint, now: Now): void {
  const { connection, nextCertificate } = endpoint;
  if (nextCertificate === undefined || connection === undefined || connection.hasToldCertificate || !speaks(endpoint, connection)) return;
  connection.hasToldCertificate = true;
  send(endpoint, contact(endpoint, [extension(ExtensionCode.NEXT_CERTIFICATE, nextCertificate)]), now);
}

/** What the partner will show is durable here. Where the connection is another one meanwhile, it asks again. */
export function partnerCertificateKept(endpoint: Endpoint, certificate: string, now: Now): void {
  const { connection } = endpoint;
  if (connection === undefined || !speaks(endpoint, connection)) return;
  send(endpoint, contact(endpoint, [extension(ExtensionCode.CERTIFICATE_KEPT, certificate)]), now);
}

/** What a CONTACT says of certificates. One connection brings one new certificate: what comes behind it is not written to flash. */
export function certificatesHeard(endpoint: Endpoint, connection: Connection, { vendor }: ContactMessage): void {
  if (!speaks(endpoint, connection)) return;
  const { configuration: { name }, nextCertificate, emit } = endpoint;
  const next = extensionOf(vendor, ExtensionCode.NEXT_CERTIFICATE);
  if (next !== undefined && (connection.partnerCertificate ?? next) === next) {
    connection.partnerCertificate = next;
    emit({ kind: 'partnerCertificate', relationship: name, certificate: next });
  }
  const kept = extensionOf(vendor, ExtensionCode.CERTIFICATE_KEPT);
  if (kept !== undefined && kept === nextCertificate) emit({ kind: 'certificateKept', relationship: name, certificate: kept });
}

/** What hinders it; undefined where it will go on by itself, or is not wanted. */
export function certificateHindered(endpoint: Endpoint): AlarmText | undefined {
  const { nextCertificate, connection, configuration: { partnerName, name } } = endpoint;
  if (nextCertificate === undefined || connection?.phase !== 'ok' || connection.extensions.includes(ExtensionCode.NEXT_CERTIFICATE)) return undefined;
  return {
    severity: 'warning',
    text: `the new certificate of this box is not used: ${partnerName} speaks an older version of this program, and can't be told of it`,
    advice: `Bring ${partnerName} up to date; or "twinlease pair rotate --cancel", and pair the two anew with a new key ("twinlease pair replace ${name}").`,
  };
}

/** Both boxes know each other by a pairing, and this one has said what it is: from then on anything may be said. */
function speaks({ configuration }: Endpoint, { phase, hasToldState, extensions }: Connection): boolean {
  return configuration.ownCertificate !== undefined && phase === 'ok' && hasToldState && extensions.includes(ExtensionCode.NEXT_CERTIFICATE);
}
