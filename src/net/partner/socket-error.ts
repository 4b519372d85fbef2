/** What the system says of a connection, in words for the operator. */

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: is Twinlease running on the partner, as the secondary of this relationship?',
  ECONNRESET: 'the partner reset the connection',
  EPIPE: 'the partner closed the connection',
  ETIMEDOUT: 'the partner does not answer',
  EHOSTUNREACH: 'the partner can\'t be reached: no host answers for its address',
  ENETUNREACH: 'there is no way to the partner\'s address: look at the management interface of this box',
  EADDRNOTAVAIL: 'this box does not have its management address (yet)',
  EADDRINUSE: 'another program listens there already',
  EACCES: 'the system does not permit it',
  EMFILE: 'this process has no file descriptor to spare',
  ENFILE: 'this box has no file descriptor to spare',
};

/** Why there is no TLS with a partner. */
export function describeTlsFailure(error: Error): string {
  return `the TLS handshake failed: ${describeSocketError(error)}`;
}

export function describeSocketError(error: Error): string {
  // Of OpenSSL's many words the reason is what a person can do something with.
  const { code = '', reason } = error as NodeJS.ErrnoException & { readonly reason?: string };
  return WORDS[code] ?? reason ?? error.message;
}
