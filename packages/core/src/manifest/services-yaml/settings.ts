import { type MapNode, type Node, nodeAt, scalarOf } from '../node.ts';
import { asFlag, asNumber, asText, isOn } from './flags.ts';

/** Services that are placed first have the first wave. */
const waves = { primary: 0, other: 10 };

/**
 * The settings of a service, as those of a service of a manifest.
 * @param get a setting, as it is to be read
 */
export function settingsOf(base: MapNode, get: (name: string) => Node | undefined): MapNode {
  const primary = get('primaryPlacement');
  const wave = scalarOf(isOn(primary) ? waves.primary : waves.other, '');
  const flag = (name: string) => mapped(get(name), asFlag);
  const number = (name: string) => mapped(get(name), asNumber);
  return mapNode(base, {
    template: get('taskDefinitionTemplate'),
    cluster: mapped(get('cluster'), asText),
    group: mapped(get('serviceGroup'), asText),
    wave: { ...wave, source: (primary ?? base).source },
    stopBeforeDeploy: flag('stopBeforeDeploy'),
    disabled: flag('disabled'),
    desiredCount: number('desiredCount'),
    service: mapNode(base, {
      deploymentConfiguration: mapNode(base, {
        minimumHealthyPercent: number('minimumHealthyPercent') ?? scalarOf(50, ''),
        maximumPercent: number('maximumPercent') ?? scalarOf(200, ''),
      }),
      placementConstraints: constraintsOf(base, get('distinctInstance'), get('placementConstraints')),
      placementStrategy: get('placementStrategy'),
      loadBalancers: withNumbers(get('loadBalancers'), 'containerPort'),
      networkConfiguration: get('networkConfiguration'),
      serviceRegistries: withNumbers(get('serviceRegistries'), 'containerPort'),
    }),
  });
}

const mapped = (node: Node | undefined, read: (node: Node) => Node) => node && read(node);

export const mapNode = (
  { source }: MapNode,
  members: Readonly<Record<string, Node | undefined>>,
): MapNode => ({
  kind: 'map',
  source,
  entries: new Map(Object.entries(members).flatMap(([key, one]) => (one ? [[key, one] as const] : []))),
});

function constraintsOf(
  base: MapNode,
  distinctInstance: Node | undefined,
  given: Node | undefined,
): Node | undefined {
  if (!distinctInstance || !isOn(distinctInstance)) return given;
  const { source } = distinctInstance;
  const first = mapNode(base, { type: { ...scalarOf('distinctInstance', ''), source } });
  return { kind: 'list', source, items: [first, ...(given?.kind === 'list' ? given.items : [])] };
}

function withNumbers(node: Node | undefined, field: string): Node | undefined {
  if (node?.kind !== 'list') return node;
  const items = node.items.map((item) => {
    const given = nodeAt(item, field);
    return item.kind === 'map' && given
      ? { ...item, entries: new Map(item.entries).set(field, asNumber(given)) }
      : item;
  });
  return { ...node, items };
}
