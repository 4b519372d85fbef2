import assert from 'node:assert/strict';
import { watchDefaultRoute } from '../../../src/net/index.ts';
import { describeInNamespace } from './in-namespace.ts';
import { addCable, ip, skipAddressDetection, waiter } from './veth.ts';

describeInNamespace(import.meta.url, 'the watch of the default route', ({ test, before, beforeEach, afterEach }) => {
  let watch: ReturnType<typeof watchDefaultRoute>;
  let seen: string[];
  const { until, wake } = waiter();
  const untilSeen = async (...interfaces: string[]): Promise<void> => {
    await until(() => seen.at(-1) === interfaces.join());
  };

  before(skipAddressDetection);
  beforeEach(() => {
    seen = [];
    addCable('wan', 'far');
    addCable('wan2', 'far2');
    watch = watchDefaultRoute({
      onLook(interfaces) {
        seen.push(interfaces.join());
        wake();
      },
      onReport: (_severity, text) => assert.fail(text),
    });
  });
  afterEach(() => {
    watch.close();
    ip('link delete wan');
    ip('link delete wan2');
  });

  test('sees it come, go, and lead through several interfaces (RFC 7084 G-5)', async () => {
    await untilSeen();
    ip('-6 route add default via fe80::1 dev wan');
    await untilSeen('wan');
    ip('-6 route add default via fe80::2 dev wan2 metric 2000');
    await untilSeen('wan', 'wan2');
    ip('-6 route del default via fe80::1 dev wan');
    await untilSeen('wan2');
    ip('-6 route del default');
    await untilSeen();
    ip('-6 route add default nexthop via fe80::1 dev wan nexthop via fe80::2 dev wan2');
    await untilSeen('wan', 'wan2');
  });

  test('does not count one that leads nowhere, nor one through a port without a carrier', async () => {
    ip('-6 route add unreachable default metric 5000');
    ip('-6 route add default via fe80::1 dev wan');
    await untilSeen('wan');
    ip('link set far down');
    watch.look();
    await until(() => {
      watch.look();
      return seen.at(-1) === '';
    });
    ip('link set far up');
    await until(() => {
      watch.look();
      return seen.at(-1) === 'wan';
    });
    ip('-6 route del unreachable default metric 5000');
  });
});
