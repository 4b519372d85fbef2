/**
 * The picture of the endpoint's states for the README, drawn from the table itself: where a state stands is decided here,
 * everything else comes from `stateDiagram`. `npm run docs` writes it.
 */
import { EndpointState, stateDiagram } from '../../src/failover/index.ts';
import type { DiagramState, DiagramWay, Role } from '../../src/failover/index.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

const BOX = { width: 224, height: 46 };
const CANVAS = { width: 980, height: 640 };
const LINE_HEIGHT = 17;

/** Centres, so that few lines cross and none but one passes behind a state. */
const PLACES: Readonly<Record<EndpointState, Point>> = {
  [EndpointState.STARTUP]: { x: 120, y: 40 },
  [EndpointState.RECOVER]: { x: 370, y: 440 },
  [EndpointState.RECOVER_WAIT]: { x: 470, y: 600 },
  [EndpointState.RECOVER_DONE]: { x: 860, y: 600 },
  [EndpointState.PARTNER_DOWN]: { x: 860, y: 120 },
  [EndpointState.POTENTIAL_CONFLICT]: { x: 610, y: 200 },
  [EndpointState.RESOLUTION_INTERRUPTED]: { x: 610, y: 40 },
  [EndpointState.CONFLICT_DONE]: { x: 356, y: 200 },
  [EndpointState.NORMAL]: { x: 610, y: 440 },
  [EndpointState.COMMUNICATIONS_INTERRUPTED]: { x: 860, y: 360 },
};

/** Ways that lead here from so many states are said below the picture, not drawn. */
const FROM_ANYWHERE = 4;

interface Arrow {
  readonly from: EndpointState;
  readonly to: EndpointState;
  readonly ways: Map<string, DiagramWay>;
  readonly roles: Set<Role>;
}

/** An SVG document; light or dark behind it, it can be read. */
export function drawEndpointStates(): string {
  const diagrams = { primary: stateDiagram('primary'), secondary: stateDiagram('secondary') };
  const general = waysFromAnywhere(diagrams.primary);
  const arrows = arrowsOf(diagrams, general);
  const legend = arrows.flatMap((arrow, i) => legendLines(arrow, i + 1, diagrams.primary));
  const notes = [...general].map(([when, { nextName, section, froms }]) =>
    `from ${froms.join(', ')}: ${when} → ${nextName} (${section})`,
  );
  const back = diagrams.primary.flatMap(({ name, ways }) =>
    ways.filter(({ next }) => next === undefined).map(({ when, nextName, section }) => `from ${name}: ${when} → ${nextName} (${section})`),
  );
  const lines = [...legend, ...back, ...notes].flatMap((line) => broken(line, 140));
  const height = CANVAS.height + 40 + lines.length * LINE_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CANVAS.width} ${height}" font-family="sans-serif" font-size="12">`,
    '<title>The states of a failover endpoint (RFC 8156 section 8)</title>',
    '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">',
    '<path d="M0 0 10 5 0 10z" fill="#57606a"/></marker></defs>',
    `<rect width="${CANVAS.width}" height="${height}" fill="#ffffff"/>`,
    ...arrows.map((arrow, i) => drawArrow(arrow, i + 1, arrows)),
    ...diagrams.primary.map((state, i) => drawState(state, diagrams.secondary[i])),
    ...lines.map((line, i) => text(16, CANVAS.height + 40 + i * LINE_HEIGHT, line, 'font-size="11"')),
    '</svg>',
    '',
  ].join('\n');
}

/** By what happens: the ways that many states have. */
function waysFromAnywhere(states: readonly DiagramState[]): Map<string, DiagramWay & { froms: string[] }> {
  const found = new Map<string, DiagramWay & { froms: string[] }>();
  for (const { name, ways } of states) {
    for (const way of ways) {
      const known = found.get(way.when);
      if (known === undefined) found.set(way.when, { ...way, froms: [name] });
      else if (known.nextName === way.nextName) known.froms.push(name);
    }
  }
  for (const [key, { froms }] of found) if (froms.length < FROM_ANYWHERE) found.delete(key);
  return found;
}

function arrowsOf(
  diagrams: Readonly<Record<Role, readonly DiagramState[]>>,
  general: ReadonlyMap<string, DiagramWay>,
): readonly Arrow[] {
  const arrows = new Map<string, Arrow>();
  for (const role of ['primary', 'secondary'] as const) {
    for (const { state, ways } of diagrams[role]) {
      for (const way of ways) {
        if (way.next === undefined || general.get(way.when)?.next === way.next) continue;
        const key = `${state} ${way.next}`;
        const arrow = arrows.get(key) ?? { from: state, to: way.next, ways: new Map(), roles: new Set() };
        arrow.ways.set(`${way.when} (${way.section})`, way);
        arrow.roles.add(role);
        arrows.set(key, arrow);
      }
    }
  }
  return [...arrows.values()];
}

function legendLines({ from, to, ways, roles }: Arrow, number: number, states: readonly DiagramState[]): readonly string[] {
  const name = (of: EndpointState) => states.find(({ state }) => state === of)?.name ?? '';
  const [role] = roles.size === 1 ? roles : [];
  const who = role === undefined ? '' : `, ${role} only`;
  return [`${number}  ${name(from)} → ${name(to)}${who}: ${[...ways.keys()].join('; ')}`];
}

/** Where the line to `to` leaves the box around `from`. */
function edge(from: Point, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const scale = Math.min(
    dx === 0 ? Infinity : (BOX.width / 2 + 4) / Math.abs(dx),
    dy === 0 ? Infinity : (BOX.height / 2 + 4) / Math.abs(dy),
  );
  return { x: from.x + dx * scale, y: from.y + dy * scale };
}

function drawArrow({ from, to }: Arrow, number: number, arrows: readonly Arrow[]): string {
  const [a, b] = [PLACES[from], PLACES[to]];
  const isBothWays = arrows.some((other) => other.from === to && other.to === from);
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const isBlocked = Object.values(PLACES).some((place) => place !== a && place !== b && isBetween(a, b, place));
  const bend = isBlocked ? 260 : isBothWays ? 40 : 14;
  const normal = { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
  const middle = { x: (a.x + b.x) / 2 + normal.x * bend, y: (a.y + b.y) / 2 + normal.y * bend };
  const [start, end] = [edge(a, middle), edge(b, middle)];
  const label = { x: (start.x + 2 * middle.x + end.x) / 4, y: (start.y + 2 * middle.y + end.y) / 4 };
  const path = [start, middle, end].map(({ x, y }) => `${x.toFixed(0)} ${y.toFixed(0)}`);
  return [
    `<path d="M${path[0] ?? ''}Q${path[1] ?? ''} ${path[2] ?? ''}" fill="none" stroke="#57606a" marker-end="url(#head)"/>`,
    `<circle cx="${label.x.toFixed(0)}" cy="${label.y.toFixed(0)}" r="9" fill="#ffffff" stroke="#57606a"/>`,
    text(label.x, label.y + 4, String(number), 'text-anchor="middle" font-size="10"'),
  ].join('');
}

/** A state stands in the way of a straight line. */
function isBetween(a: Point, b: Point, place: Point): boolean {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const along = ((place.x - a.x) * dx + (place.y - a.y) * dy) / (dx * dx + dy * dy);
  if (along <= 0 || along >= 1) return false;
  const near = { x: a.x + along * dx, y: a.y + along * dy };
  return Math.abs(near.x - place.x) < BOX.width / 2 && Math.abs(near.y - place.y) < BOX.height / 2;
}

function drawState({ state, name, serving }: DiagramState, secondary: DiagramState | undefined): string {
  const { x, y } = PLACES[state];
  const said = secondary === undefined || secondary.serving === serving ? serving : `${serving}; secondary: ${secondary.serving}`;
  const fill = serving === 'unresponsive' ? '#fff1e5' : '#dafbe1';
  return [
    `<rect x="${x - BOX.width / 2}" y="${y - BOX.height / 2}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="${fill}" stroke="#24292f"/>`,
    text(x, y - 3, name, 'text-anchor="middle" font-weight="bold" font-size="11.5"'),
    text(x, y + 14, said, 'text-anchor="middle" font-size="10"'),
  ].join('');
}

function text(x: number, y: number, content: string, style: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${x.toFixed(0)}" y="${y.toFixed(0)}" fill="#24292f" ${style}>${escaped}</text>`;
}

/** Breaks a line between words. */
function broken(line: string, columns: number): readonly string[] {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length < columns) lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    else lines.push(`      ${word}`);
  }
  return lines;
}
