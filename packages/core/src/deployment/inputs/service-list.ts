import { nameInArn } from '../../account/arn.ts';
import { type Input, type Parsed, parsed, refused } from '../../inputs/input.ts';
import { near } from '../../inputs/near.ts';
import { service as servicePattern } from '../../inputs/patterns.ts';

/** One service of a run: what to deploy to it, and which services of the run must be live before. */
export interface Order {
  readonly service: string;
  /** Absent: the `task-definition` input holds for it. */
  readonly taskDefinition?: string | undefined;
  readonly after: readonly string[];
}

/** One service a line, with its task definition and what it comes after. */
export const orders = (options: { description: string }): Input<readonly Order[] | undefined> => ({
  ...options,
  type: 'lines',
  required: false,
  rule: '`service[=task-definition][ after service, …]`, one per line',
  example: 'worker=worker.json\nweb=web.json after worker',
  parse: parseOrders,
});

/**
 * One service a line: `web`, `web=web.json`, `web=web.json after worker, api`. Blank lines and `#` lines are
 * skipped. A service named twice, an unknown dependency and a cycle are refused, the cycle with its path.
 */
function parseOrders(text: string): Parsed<readonly Order[]> {
  const orders: Order[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [what = '', dependencies] = line.split(/\s+after\s+/, 2);
    const at = what.indexOf('=');
    const name = (at < 0 ? what : what.slice(0, at)).trim();
    const taskDefinition = at < 0 ? undefined : what.slice(at + 1).trim();
    if (!servicePattern.expression.test(name))
      return refused(
        `line ${index + 1}: must start with ${servicePattern.rule}, as in "web=web.json after worker, api"; got "${name}"`,
      );
    if (taskDefinition === '') return refused(`line ${index + 1}: nothing follows "${name}="`);
    const after = (dependencies ?? '')
      .split(',')
      .map((one) => nameInArn(one.trim()))
      .filter((one) => one !== '');
    orders.push({ service: name, taskDefinition, after });
  }
  const problem = orders.length === 0 ? 'lists no services' : problemOf(orders);
  return problem === undefined ? parsed(orders) : refused(problem);
}

function problemOf(orders: readonly Order[]): string | undefined {
  const names = orders.map((order) => nameInArn(order.service));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `lists the service ${twice} twice`;
  for (const order of orders) {
    const unknown = order.after.find((name) => !names.includes(name));
    if (unknown !== undefined)
      return `puts ${nameInArn(order.service)} after ${unknown}, which is not a service in this run${near(unknown, names)}`;
  }
  const cycle = cycleIn(orders);
  return cycle && `has a cycle: ${cycle.join(' after ')}`;
}

function cycleIn(orders: readonly Order[]): readonly string[] | undefined {
  const after = new Map(orders.map((order) => [nameInArn(order.service), order.after]));
  const safe = new Set<string>();
  const walk = (name: string, path: readonly string[]): readonly string[] | undefined => {
    if (safe.has(name)) return undefined;
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    for (const next of after.get(name) ?? []) {
      const found = walk(next, [...path, name]);
      if (found) return found;
    }
    safe.add(name);
    return undefined;
  };
  for (const name of after.keys()) {
    const found = walk(name, []);
    if (found) return found;
  }
  return undefined;
}
