// Reads a trace that strace wrote: which calls, in what order they began and ended, and the bytes they moved.

/** What strace must be told for `parseTrace` to understand what it writes. */
export const straceOptions: readonly string[] = [
  '-f', '-ttt', '-yy', '-xx', '-s', '65536',
  '-e', 'trace=write,writev,fsync,fdatasync,recvmmsg,recvmsg,sendmmsg,sendmsg,sendto',
  '-e', 'signal=none',
];

export interface Call {
  readonly name: string;
  /** Places in the trace: a call that began after another ended has `began` greater than the other's `ended`. */
  readonly began: number;
  readonly ended: number;
  /** What the first argument, a file descriptor, stands for: a path, or `UDPv6:[...]`. */
  readonly file: string;
  /** The contents of the call's buffers, in order; only of sockets and of LevelDB's logs. */
  readonly buffers: readonly Buffer[];
  /** -1 for an error. */
  readonly result: number;
}

export function isSocket(file: string): boolean {
  return file.startsWith('UDP');
}

/** Whether it is a write-ahead log of LevelDB. */
export function isLog(file: string): boolean {
  return /\/\d+\.log$/.test(file);
}

interface Begun {
  readonly place: number;
  readonly text: string;
}

// 1234  1795444788.064044 fdatasync(23</state/leases/000005.log>) = 0
// 1234  1795444788.064044 fdatasync(23</state/leases/000005.log> <unfinished ...>
// 1234  1795444788.064100 <... fdatasync resumed>) = 0
const linePattern = /^(?:\[pid +)?(\d+)\]? +[\d.]+ (.*)$/;
const unfinished = / <unfinished \.\.\.>$/;
const resumed = /^<\.\.\. \w+ resumed>/;
const callPattern = /^(\w+)\(([^]*)\) += (-?\d+)/;

/** All calls that ended, by their end. Lines about signals and exits say nothing of calls and are passed over. */
export function parseTrace(text: string): Call[] {
  const begunByThread = new Map<string, Begun>();
  const calls: Call[] = [];
  for (const [place, line] of text.split('\n').entries()) {
    const [, thread = '', rest = ''] = linePattern.exec(line) ?? [];
    if (unfinished.test(rest)) {
      begunByThread.set(thread, { place, text: rest.replace(unfinished, '') });
      continue;
    }
    const begun = resumed.test(rest) ? begunByThread.get(thread) : undefined;
    const whole = (begun?.text ?? '') + rest.replace(resumed, '');
    const call = parseCall(whole, begun?.place ?? place, place);
    if (call !== undefined) calls.push(call);
  }
  return calls;
}

function parseCall(text: string, began: number, ended: number): Call | undefined {
  const [, name = '', parameters = '', result = ''] = callPattern.exec(text) ?? [];
  if (name === '') return undefined;
  const file = unescape(/^\d+<(.*?)>(?:, |$)/.exec(parameters)?.[1] ?? '').toString();
  return {
    name,
    began,
    ended,
    file,
    buffers: isSocket(file) || isLog(file) ? buffersOf(name, parameters) : [],
    result: Number(result),
  };
}

function buffersOf(name: string, parameters: string): Buffer[] {
  const pattern = /^(write|sendto)$/.test(name) ? /, "((?:\\x[0-9a-f]{2})*)"(\.\.\.)?/g : /iov_base="((?:\\x[0-9a-f]{2})*)"(\.\.\.)?/g;
  return [...parameters.matchAll(pattern)].map(([, escaped = '', cut]) => {
    if (cut !== undefined) throw new Error(`strace cut a buffer of ${name}: give it a greater -s`);
    return unescape(escaped);
  });
}

/** Paths and buffers are escaped octet by octet, sockets' names are not at all. */
function unescape(text: string): Buffer {
  return text.startsWith('\\x') ? Buffer.from(text.replaceAll('\\x', ''), 'hex') : Buffer.from(text);
}
