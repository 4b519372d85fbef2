/** `twinlease identity ...`: works without a daemon. */
import type { Command } from 'commander';
import type { Certificate } from '../identity/index.ts';
import { print } from './print.ts';
import { wrap } from './wrap.ts';

interface Options {
  readonly json?: boolean;
}

/** Octets of a fingerprint that fit on a line. */
const FINGERPRINT_BREAK = '00:'.repeat(16).length;

export function addIdentityCommands(program: Command): void {
  const identity = program.command('identity').description('what a box proves itself to its partner with');

  identity
    .command('new')
    .requiredOption('--name <name>', 'the name of the box, as the provisioning file has it')
    .requiredOption('--out <directory>', 'where NAME.key and NAME.crt are written')
    .option('--json', 'print JSON, for programs')
    .description('make a key and a certificate for this box; files that exist stay as they are')
    .action(async (options: Options & { readonly name: string; readonly out: string }) => {
      const { createBoxIdentity, formatFingerprint } = await import('../identity/index.ts');
      const made = await createBoxIdentity(options.name, options.out);
      if ('error' in made) throw new Error(made.error);
      const { certificate, certificateFile, keyFile } = made;
      const fingerprint = formatFingerprint(certificate.fingerprint);
      print({ keyFile, certificateFile, ...report(certificate, fingerprint) }, options, () =>
        [
          wrap('key          ', `${keyFile} (it stays on this box, nobody else may have it)`),
          wrap('certificate  ', `${certificateFile} (copy it to the partner)`),
          fingerprintLine(fingerprint),
        ].join('\n'),
      );
    });

  identity
    .command('show')
    .argument('<file>', 'a certificate')
    .option('--json', 'print JSON, for programs')
    .description('show whose certificate a file holds, and its fingerprint')
    .action(async (file: string, options: Options) => {
      const { formatFingerprint, readCertificate } = await import('../identity/index.ts');
      const certificate = await readCertificate(file);
      if ('error' in certificate) throw new Error(certificate.error);
      const fingerprint = formatFingerprint(certificate.fingerprint);
      print(report(certificate, fingerprint), options, () =>
        [
          wrap('name         ', certificate.name),
          wrap('key          ', certificate.key),
          wrap('valid        ', `${day(certificate.validFrom)} to ${day(certificate.validTo)}`),
          fingerprintLine(fingerprint),
        ].join('\n'),
      );
    });
}

function report(certificate: Certificate, fingerprint: string): object {
  const { name, key, validFrom, validTo } = certificate;
  return { name, key, validFrom: validFrom.toISOString(), validTo: validTo.toISOString(), sha256: fingerprint };
}

function fingerprintLine(fingerprint: string): string {
  return wrap('SHA-256      ', `${fingerprint.slice(0, FINGERPRINT_BREAK)} ${fingerprint.slice(FINGERPRINT_BREAK)}`);
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
