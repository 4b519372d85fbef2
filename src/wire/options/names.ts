/** Options that are text or domain names. */
import { decodeDomainNames, type DomainName, encodeDomainNames } from '../domain-name.ts';
import { OptionCode } from '../option-code.ts';
import { statusCodeName } from '../status-code.ts';
import { u16, view } from '../octets.ts';
import { decodeText, encodeText, quoteText } from '../text.ts';
import { failure } from '../wire-error.ts';
import { concatBytes, option, type Shape } from './codec.ts';
import { unsignedShape } from './integers.ts';

/** Any number of domain names, not compressed (RFC 9915 10). */
export const domainListShape: Shape<readonly DomainName[]> = {
  decode: decodeDomainNames,
  encode: encodeDomainNames,
  print: (names) => names.join(' '),
};

/** UTF-8 without a NUL, which no DHCPv6 option ends its text with. */
const textShape: Shape<string> = {
  decode(data) {
    const value = decodeText(data);
    return value === undefined || value.includes('\0') ? failure('bad-option-value', 0) : { value };
  },
  encode: encodeText,
  print: quoteText,
};

/** RFC 3646 4 */
export const domainSearchList = option(OptionCode.DOMAIN_LIST, 'DOMAIN_LIST', domainListShape);

export interface Status {
  readonly status: number;
  /** For whoever reads the client's log. */
  readonly message: string;
}

const statusCodeShape: Shape<Status> = {
  decode(data) {
    const message = textShape.decode(view(data, 2, data.length));
    return message.error === undefined ? { value: { status: u16(data, 0), message: message.value } } : failure('bad-option-value', 2);
  },
  encode: ({ status, message }) => concatBytes([unsignedShape(2).encode(status), encodeText(message)]),
  print: ({ status, message }) => `${statusCodeName(status)} ${quoteText(message)}`,
};

/** RFC 9915 21.13: in a message, an identity association, or a lease. Without it the status is Success. */
export const statusCode = option(OptionCode.STATUS_CODE, 'STATUS_CODE', statusCodeShape);
