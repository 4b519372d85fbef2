// What is used of the package `node-forge`, which ships no types.
declare module 'node-forge' {
  export interface CertificateExtension {
    readonly name: string;
    readonly critical?: boolean;
    readonly [detail: string]: string | boolean | undefined;
  }
  interface PublicKey {
    readonly n: unknown;
  }
  interface PrivateKey {
    readonly d: unknown;
  }
  interface Digest {
    update(text: string): Digest;
  }
  interface NameAttribute {
    readonly name: string;
    readonly value: string;
  }
  interface Certificate {
    publicKey: PublicKey;
    /** Hexadecimal. */
    serialNumber: string;
    readonly validity: { notBefore: Date; notAfter: Date };
    setSubject(attributes: readonly NameAttribute[]): void;
    setIssuer(attributes: readonly NameAttribute[]): void;
    setExtensions(extensions: readonly CertificateExtension[]): void;
    sign(key: PrivateKey, digest: Digest): void;
  }
  const forge: {
    readonly pki: {
      createCertificate(): Certificate;
      publicKeyFromPem(pem: string): PublicKey;
      privateKeyFromPem(pem: string): PrivateKey;
      certificateToPem(certificate: Certificate): string;
    };
    readonly md: { readonly sha256: { create(): Digest } };
  };
  export default forge;
}
