/** What is said to a DNS server: UPDATE (RFC 2136), its answers, and the names in them. TSIG is in `net`, which has the keys. */
export { isInZone, isWholeName, reverseName, wireName, withSmallLetters } from './names.ts';
export { type DnsResponse, type ReceivedTsig, decodeDnsResponse } from './response.ts';
export {
  DnsClass,
  type DnsUpdate,
  DnsType,
  Rcode,
  TSIG_ALGORITHMS,
  addRecord,
  deleteName,
  deleteRecord,
  deleteRrset,
  encodeDnsUpdate,
  nameInUse,
  nameNotInUse,
  noRrset,
  rcodeName,
  rrsetIs,
} from './update-message.ts';
