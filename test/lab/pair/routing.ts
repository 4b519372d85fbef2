// Boxes that are routers: their kernels forward, and BIRD tells an upstream router what each of them reaches, by OSPF with BFD. It tells
// of the routes with Twinlease's protocol number and of no others, so that what a box lets go of the upstream router sends to the other.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../network/lab.ts';
import type { Namespace } from '../network/namespace.ts';
import { startProgram } from '../process/program.ts';
import type { PairLab } from './lab.ts';
import { port, type BoxName } from './place.ts';

export const upstreamAddress = '2001:db8:ffff::fe';

/** Where nothing tells the boxes apart the upstream router sends by the primary, as hosts do. */
const metrics: Readonly<Partial<Record<BoxName, number>>> = { east: 10, west: 20 };

/** To be called before a box starts. @returns the upstream router, which tells the boxes of the default route */
export async function makeRouters(lab: PairLab): Promise<Machine> {
  const upstream = await lab.addMachine('upstream', 'transit');
  await upstream.namespace.ip([`address add ${upstreamAddress}/64 dev eth0`]);
  await forward(upstream.namespace);
  startBird('upstream', upstream.namespace, upstream.directory, [
    'protocol static { ipv6; route ::/0 unreachable; }',
    'protocol kernel { ipv6 { import none; export where source != RTS_STATIC; }; }',
    ...ospf('0.0.0.254', 'eth0', 'import all; export where source = RTS_STATIC;'),
  ]);
  for (const [name, metric] of Object.entries(metrics) as [BoxName, number][]) {
    const box = lab.boxes[name];
    if (box === undefined) continue;
    await forward(box);
    const told = `export filter { if source = RTS_INHERIT then { ospf_metric1 = ${metric}; accept; } reject; };`;
    startBird(name, box, lab.addDirectory(`${name}-bird`), [
      'protocol kernel { learn; ipv6 { import where krt_source = 229 && dest != RTD_UNREACHABLE; export where net = ::/0; }; }',
      ...ospf(`0.0.0.${metric}`, port.transit, `import where net = ::/0; ${told}`),
    ]);
  }
  return upstream;
}

/** The boxes forward, and have a default route, be there somebody at its end or not. */
export async function letForward(lab: PairLab): Promise<void> {
  for (const box of Object.values(lab.boxes)) {
    await forward(box);
    await box.ip([`route add default via ${upstreamAddress} dev ${port.transit}`]);
  }
}

async function forward(namespace: Namespace): Promise<void> {
  await namespace.run(['sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding']);
}

function ospf(routerId: string, interfaceName: string, channel: string): string[] {
  return [
    `router id ${routerId};`,
    'protocol device { }',
    `protocol bfd { interface "${interfaceName}" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }; }`,
    `protocol ospf v3 { ipv6 { ${channel} }; area 0 { interface "${interfaceName}" { hello 1; dead count 4; wait 2; bfd on; }; }; }`,
  ];
}

function startBird(name: string, namespace: Namespace, directory: string, configuration: readonly string[]): void {
  const file = join(directory, 'bird.conf');
  writeFileSync(file, `${configuration.join('\n')}\n`);
  const command = ['bird', '-f', '-c', file, '-s', join(directory, 'bird.ctl'), '-P', join(directory, 'bird.pid')];
  startProgram(`bird of ${name}`, namespace.inside(command), join(directory, 'bird.log'));
}
