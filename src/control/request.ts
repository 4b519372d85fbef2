/** What a client of the control socket may say, read from a line of JSON. */
import { FAILOVER_ACTIONS } from './failover-protocol.ts';
import { PAIRING_ACTIONS, ROTATION_ACTIONS } from './pairing-protocol.ts';
import type { LeaseQuery, Request } from './protocol.ts';
import { RECONFIGURE_MESSAGES } from './reconfigure-protocol.ts';

type Json = Readonly<Record<string, unknown>>;

const CLIENT = 'client: must be an address, a prefix with its length, or a DUID';
const TEXTS = ['after', 'name', 'duid', 'link'] as const;
const FLAGS = ['active', 'all'] as const;

/** @returns the request, or why it is none */
export function parseRequest(line: string): Request | string {
  const json = parseObject(line);
  if (json === undefined) return 'the request is no JSON object';
  const { method } = json;
  switch (method) {
    case 'status':
    case 'links':
    case 'counters':
    case 'config':
    case 'failover':
    case 'pairings':
    case 'clock':
    case 'store-accept':
    case 'reload':
    case 'stop':
    case 'failover-history':
    case 'load':
    case 'dns':
    case 'leasequery':
    case 'abandon-commit':
    case 'pair-update-plan':
    case 'pair-update-begin':
    case 'pair-update-stop':
    case 'pair-update':
      return { method };
    case 'confirm-commit': {
      const { scope } = json;
      return scope === 'both' || scope === 'local' ? { method, scope } : 'scope: must be "both" or "local"';
    }
    case 'commit-on-both':
      return typeof json['draft'] === 'string' ? { method, draft: json['draft'] } : 'draft: must be a path';
    case 'try-file':
      return typeof json['file'] === 'string' ? { method, file: json['file'] } : 'file: must be a path';
    case 'clock-set': {
      const { time } = json;
      return time === 'system' || isCount(time) ? { method, time } : 'time: must be seconds since 1970, or "system"';
    }
    case 'log':
      return isCount(json['lines']) ? { method, lines: json['lines'] } : 'lines: must be a whole number above 0';
    case 'leases': {
      const query = parseQuery(json['query']);
      return typeof query === 'string' ? query : { method, query };
    }
    case 'classify':
      return typeof json['client'] === 'string' ? { method, client: json['client'] } : CLIENT;
    case 'reconfigure-report':
      return typeof json['client'] === 'string' ? { method, client: json['client'] } : CLIENT;
    case 'reconfigure': {
      const { client } = json;
      const message = RECONFIGURE_MESSAGES.find((known) => known === json['message']);
      if (typeof client !== 'string') return CLIENT;
      if (json['message'] !== undefined && message === undefined) return `message: must be one of ${RECONFIGURE_MESSAGES.join(', ')}`;
      return { method, client, message };
    }
    case 'lease-command': {
      const { action, lease } = json;
      if (action !== 'release' && action !== 'reset') return 'action: must be "release" or "reset"';
      if (typeof lease !== 'string') return 'lease: must be an address, or a prefix with its length';
      return { method, action, lease };
    }
    case 'failover-outlook':
    case 'failover-differences':
    case 'failover-states': {
      const { relationship } = json;
      return typeof relationship === 'string' ? { method, relationship } : 'relationship: must be a name';
    }
    case 'failover-command': {
      const { relationship } = json;
      const action = FAILOVER_ACTIONS.find((known) => known === json['action']);
      if (typeof relationship !== 'string') return 'relationship: must be a name';
      if (action === undefined) return `action: must be one of ${FAILOVER_ACTIONS.join(', ')}`;
      return { method, relationship, action };
    }
    case 'pairing-command': {
      const { relationship } = json;
      const action = PAIRING_ACTIONS.find((known) => known === json['action']);
      if (typeof relationship !== 'string') return 'relationship: must be a name';
      if (action === undefined) return `action: must be one of ${PAIRING_ACTIONS.join(', ')}`;
      return { method, relationship, action };
    }
    case 'certificate-rotation': {
      const action = ROTATION_ACTIONS.find((known) => known === json['action']);
      return action === undefined ? `action: must be one of ${ROTATION_ACTIONS.join(', ')}` : { method, action };
    }
    default:
      return method === undefined ? 'method: is missing' : `there is no method ${JSON.stringify(method)}`;
  }
}

function parseQuery(value: unknown): LeaseQuery | string {
  if (!isObject(value)) return 'query: must be an object';
  const { limit } = value;
  if (!isCount(limit)) return 'query.limit: must be a whole number above 0';
  const query: { -readonly [Name in keyof LeaseQuery]: LeaseQuery[Name] } = { limit };
  for (const name of FLAGS) {
    const flag = value[name];
    if (flag !== undefined && typeof flag !== 'boolean') return `query.${name}: must be true or false`;
    query[name] = flag;
  }
  for (const name of TEXTS) {
    const text = value[name];
    if (text !== undefined && typeof text !== 'string') return `query.${name}: must be a text`;
    query[name] = text;
  }
  return query;
}

function parseObject(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
