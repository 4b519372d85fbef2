// Requests to DNS servers of the test's on the loopback, which sign as RFC 8945 says, and lie in every way.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { createDnsSender } from '../../../src/net/index.ts';
import type { DnsSender } from '../../../src/net/index.ts';
import type { TsigAlgorithm, TsigKey } from '../../../src/net/dns/tsig.ts';
import { Rcode, TSIG_ALGORITHMS, encodeDnsUpdate, encodeDomainNames, nameNotInUse, parseDomainName } from '../../../src/wire/index.ts';

const wire = (text: string): Buffer => Buffer.from(encodeDomainNames([parseDomainName(text) ?? assert.fail(text)]));

const ZONE = 'lan.example.com';
const SECRET = Buffer.from('a secret of more than a few octets');
const NOW = 1_800_000_000;

const key = (algorithm: TsigAlgorithm = 'hmac-sha256'): TsigKey => ({ name: 'Twinlease', algorithm, secret: SECRET });

/** A request as a server reads it; the test's own reading of RFC 8945 section 4.2. */
interface ReadRequest {
  readonly bytes: Buffer;
  /** Without the TSIG record, as it was signed. */
  readonly unsigned: Buffer;
  readonly mac: Buffer;
  readonly algorithm: Buffer;
  readonly time: number;
}

function readRequest(bytes: Buffer): ReadRequest {
  const zoneEnd = 12 + wire(ZONE).length + 4;
  let at = zoneEnd;
  for (let i = 0; i < bytes.readUInt16BE(6) + bytes.readUInt16BE(8); i++) {
    while (bytes.readUInt8(at) > 0) at += 1 + bytes.readUInt8(at);
    at += 11 + bytes.readUInt16BE(at + 9);
  }
  const unsigned = Buffer.from(bytes.subarray(0, at));
  unsigned.writeUInt16BE(0, 10);
  if (bytes.readUInt16BE(10) === 0) return { bytes, unsigned, mac: Buffer.alloc(0), algorithm: Buffer.alloc(0), time: 0 };
  const nameEnd = at + wire('twinlease').length;
  assert.deepEqual(bytes.subarray(at, nameEnd), wire('twinlease'), 'the key is named in small letters');
  assert.deepEqual([bytes.readUInt16BE(nameEnd), bytes.readUInt16BE(nameEnd + 2), bytes.readUInt32BE(nameEnd + 4)], [250, 255, 0]);
  let end = nameEnd + 10;
  while (bytes.readUInt8(end) > 0) end += 1 + bytes.readUInt8(end);
  const algorithm = bytes.subarray(nameEnd + 10, end + 1);
  const macLength = bytes.readUInt16BE(end + 9);
  const mac = bytes.subarray(end + 11, end + 11 + macLength);
  assert.equal(end + 11 + macLength + 6, bytes.length);
  assert.equal(bytes.readUInt16BE(end + 11 + macLength), bytes.readUInt16BE(0), 'the original ID');
  return { bytes, unsigned, mac, algorithm, time: bytes.readUIntBE(end + 1, 6) };
}

interface Lie {
  readonly rcode?: number;
  readonly id?: number;
  readonly zone?: string;
  readonly secret?: Buffer;
  readonly keyName?: string;
  readonly time?: number;
  readonly error?: number;
  readonly other?: Buffer;
  readonly isUnsigned?: boolean;
  readonly isWithoutMac?: boolean;
  readonly isTruncated?: boolean;
  readonly isRequest?: boolean;
}

/** The answer, true but for the lie in it. */
function answerTo(request: ReadRequest, lie: Lie = {}, algorithm: TsigAlgorithm = 'hmac-sha256'): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(lie.id ?? request.bytes.readUInt16BE(0), 0);
  head.writeUInt16BE((lie.isRequest === true ? 0x2800 : 0xa800) | (lie.isTruncated === true ? 0x0200 : 0) | (lie.rcode ?? 0), 2);
  head.writeUInt16BE(1, 4);
  const body = Buffer.concat([head, wire(lie.zone ?? ZONE), Buffer.from([0, 6, 0, 1])]);
  if (lie.isUnsigned === true || request.mac.length === 0) return body;
  const name = wire(lie.keyName ?? 'twinlease');
  const time = Buffer.alloc(8);
  time.writeUIntBE(lie.time ?? NOW, 0, 6);
  time.writeUInt16BE(300, 6);
  const { other = Buffer.alloc(0) } = lie;
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(lie.error ?? 0, 0);
  tail.writeUInt16BE(other.length, 2);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(request.mac.length);
  const hmac = createHmac(algorithm.slice(5), lie.secret ?? SECRET);
  for (const part of [length, request.mac, body, name, Buffer.from([0, 255, 0, 0, 0, 0]), request.algorithm, time, tail, other]) hmac.update(part);
  const mac = lie.isWithoutMac === true ? Buffer.alloc(0) : hmac.digest();
  const macLength = Buffer.alloc(2);
  macLength.writeUInt16BE(mac.length);
  const data = Buffer.concat([request.algorithm, time, macLength, mac, body.subarray(0, 2), tail, other]);
  const fixed = Buffer.from([0, 250, 0, 255, 0, 0, 0, 0, 0, 0]);
  fixed.writeUInt16BE(data.length, 8);
  const signed = Buffer.concat([body, name, fixed, data]);
  signed.writeUInt16BE(1, 10);
  return signed;
}

const closers: (() => void)[] = [];

/** What it answers to each request, in this order; none: it is silent. */
async function udpServer(answers: (request: ReadRequest) => readonly Buffer[]): Promise<{ readonly port: number; readonly requests: ReadRequest[] }> {
  const socket: Socket = createSocket('udp6');
  closers.push(() => void socket.close());
  const requests: ReadRequest[] = [];
  socket.on('message', (bytes, { port, address }) => {
    const request = readRequest(bytes);
    requests.push(request);
    for (const answer of answers(request)) socket.send(answer, port, address);
  });
  await new Promise<void>((resolve) => void socket.bind(0, '::1', resolve));
  return { port: socket.address().port, requests };
}

async function tcpServer(port: number, answer: (request: ReadRequest) => Buffer): Promise<void> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const bytes = answer(readRequest(Buffer.from(data).subarray(2)));
      const length = Buffer.alloc(2);
      length.writeUInt16BE(bytes.length);
      // In two pieces, as a stream may.
      socket.write(length);
      setImmediate(() => void socket.write(bytes));
    });
  });
  closers.push(() => void server.close());
  await new Promise<void>((resolve) => void server.listen(port, '::1', resolve));
  assert.equal((server.address() as AddressInfo).port, port);
}

type Outcome = { readonly rcode: number } | { readonly failure: string };

const message = (names = 1): Uint8Array =>
  encodeDnsUpdate({ zone: wire(ZONE), prerequisites: Array.from({ length: names }, () => nameNotInUse(wire(`${'x'.repeat(63)}.${ZONE}`))), changes: [] });

async function outcomeOf(ports: readonly number[], signing: TsigKey | 'none' = key(), names = 1): Promise<{ readonly outcome: Outcome; readonly sender: DnsSender }> {
  let sender: DnsSender | undefined;
  const outcome = await new Promise<Outcome>((resolve) => {
    sender = createDnsSender({ now: () => NOW, onAnswer: (_, answer) => resolve(answer), patience: { udp: [40, 40], tcp: 3_000 } });
    closers.push(() => sender?.close());
    sender.configure([{ zone: ZONE, servers: ports.map((port) => ({ address: '::1', port })), key: signing === 'none' ? undefined : signing }]);
    sender.send({ id: 1, zone: ZONE, message: message(names) });
  });
  assert.ok(sender !== undefined);
  return { outcome, sender };
}

describe('an update on its way to a DNS server', () => {
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  for (const algorithm of TSIG_ALGORITHMS) {
    it(`[O-8] is signed with ${algorithm}, and an answer that is signed so is believed`, async () => {
      const { port, requests } = await udpServer((request) => [answerTo(request, { rcode: Rcode.YXDOMAIN }, algorithm)]);
      assert.deepEqual((await outcomeOf([port], key(algorithm))).outcome, { rcode: Rcode.YXDOMAIN });
      const [request = assert.fail('it was asked')] = requests;
      const variables = Buffer.concat([wire('twinlease'), Buffer.from([0, 255, 0, 0, 0, 0]), wire(algorithm === 'hmac-md5' ? 'hmac-md5.sig-alg.reg.int' : algorithm)]);
      const time = Buffer.alloc(12);
      time.writeUIntBE(NOW, 0, 6);
      time.writeUInt16BE(300, 6);
      assert.deepEqual(request.mac, createHmac(algorithm.slice(5), SECRET).update(request.unsigned).update(variables).update(time).digest());
      assert.equal(request.time, NOW);
    });
  }

  it('[O-7] has another ID each time, and goes unsigned without a key', async () => {
    const { port, requests } = await udpServer((request) => [answerTo(request)]);
    for (let i = 0; i < 4; i++) assert.deepEqual((await outcomeOf([port], 'none')).outcome, { rcode: 0 });
    assert.ok(new Set(requests.map(({ bytes }) => bytes.readUInt16BE(0))).size > 1);
    assert.equal(requests[0]?.bytes.readUInt16BE(10), 0);
  });

  const lies: readonly (readonly [string, Lie, RegExp])[] = [
    ['the ID of something else', { id: 1 }, /to something else/],
    ['about another zone', { zone: 'example.net' }, /to something else/],
    ['that is a request', { isRequest: true }, /to something else/],
    ['without a signature', { isUnsigned: true }, /NOERROR without a signature/],
    ['with a wrong signature', { secret: Buffer.from('another secret') }, /wrong signature/],
    ['with another key', { keyName: 'other' }, /another key/],
    ['of an hour ago', { time: NOW - 3_600 }, /at another time by 3600 s/],
    ['that does not know the key', { rcode: Rcode.NOTAUTH, error: Rcode.BADKEY, isWithoutMac: true }, /NOTAUTH \(BADKEY\).*does not know the key "Twinlease"/],
  ];
  for (const [what, lie, reason] of lies) {
    it(`[O-8] is not believed to be done by an answer ${what}; the true one behind it is`, async () => {
      const { port } = await udpServer((request) => [answerTo(request, { ...lie, id: lie.id === undefined ? request.bytes.readUInt16BE(0) : request.bytes.readUInt16BE(0) ^ lie.id }), answerTo(request)]);
      const { outcome, sender } = await outcomeOf([port]);
      assert.deepEqual([outcome, sender.counters.disbelieved], [{ rcode: 0 }, 1]);
    });
    it(`says why, where nothing else comes than an answer ${what}`, async () => {
      const { port } = await udpServer((request) => [answerTo(request, { ...lie, id: lie.id === undefined ? request.bytes.readUInt16BE(0) : request.bytes.readUInt16BE(0) ^ lie.id })]);
      const { outcome } = await outcomeOf([port]);
      assert.ok('failure' in outcome);
      assert.match(outcome.failure, reason);
      assert.match(outcome.failure, /^::1 port \d+: /);
    });
  }

  it('[O-8] tells how far the clocks are apart where the server says so (BADTIME), and believes that only when it is signed', async () => {
    const other = Buffer.alloc(6);
    other.writeUIntBE(NOW + 7_200, 0, 6);
    const { port } = await udpServer((request) => [answerTo(request, { rcode: Rcode.NOTAUTH, error: Rcode.BADTIME, other })]);
    const { outcome } = await outcomeOf([port]);
    assert.ok('failure' in outcome);
    assert.match(outcome.failure, /its clock and this box's differ by 7200 s \(BADTIME\)/);
  });

  it('[O-7] goes over TCP where the answer is truncated, and where it is too long for UDP', async () => {
    const { port, requests } = await udpServer((request) => [answerTo(request, { isTruncated: true })]);
    await tcpServer(port, (request) => answerTo(request, { rcode: Rcode.YXRRSET }));
    assert.deepEqual((await outcomeOf([port])).outcome, { rcode: Rcode.YXRRSET });
    assert.equal(requests.length, 1);
    assert.deepEqual((await outcomeOf([port], key(), 8)).outcome, { rcode: Rcode.YXRRSET });
    assert.equal(requests.length, 1);
  });

  it('goes to the next server where one is silent, and where one does not want to', async () => {
    const silent = await udpServer(() => []);
    const unwilling = await udpServer((request) => [answerTo(request, { rcode: Rcode.REFUSED })]);
    const willing = await udpServer((request) => [answerTo(request)]);
    assert.deepEqual((await outcomeOf([silent.port, unwilling.port, willing.port])).outcome, { rcode: 0 });
    assert.deepEqual([silent.requests.length, unwilling.requests.length, willing.requests.length], [2, 1, 1]);
    const { outcome } = await outcomeOf([unwilling.port]);
    assert.ok('failure' in outcome);
    assert.match(outcome.failure, /it answers REFUSED/);
  });

  it('fails at once where nobody listens', async () => {
    const { port } = await udpServer(() => []);
    for (const close of closers.splice(0)) close();
    const { outcome } = await outcomeOf([port]);
    assert.ok('failure' in outcome);
    assert.match(outcome.failure, /ECONNREFUSED/);
  });

  it('survives answers that are no DNS at all', async () => {
    const { port } = await udpServer((request) => [Buffer.alloc(0), Buffer.alloc(11), Buffer.alloc(600, 0xff), answerTo(request).subarray(0, 40), answerTo(request)]);
    assert.deepEqual((await outcomeOf([port])).outcome, { rcode: 0 });
  });
});
