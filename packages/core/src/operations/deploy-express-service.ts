import type { ExpressGatewayServiceConfiguration } from '@aws-sdk/client-ecs';
import { carriesMark } from '../deployment/controllers/marks/force-once-tag.ts';
import { deployExpress, undoExpress } from '../deployment/express/deploy.ts';
import { type Found, findExpress } from '../deployment/express/find.ts';
import { checkExpress, expressInputs } from '../deployment/express/inputs.ts';
import { endpointOf, urlOf } from '../deployment/express/live.ts';
import { expressPermissions } from '../deployment/express/permissions.ts';
import {
  type ExpressPlan,
  expressPlanSentence,
  planCreation,
  planExpressUpdate,
} from '../deployment/express/plan.ts';
import { beginRun, clearAway, type Run } from '../deployment/follow/run.ts';
import {
  onOutsideChange,
  outsideChangePromise,
  outsideOutput,
  outsideOutputs,
} from '../deployment/inputs/outside-change-inputs.ts';
import { watchErrors } from '../deployment/inputs/permissions.ts';
import { mustRollBack, rollbackOn } from '../deployment/inputs/rollback-on-input.ts';
import { forceNewDeployment } from '../deployment/inputs/service-settings-inputs.ts';
import { checkFollow, followInputs, waitOptionsOf } from '../deployment/inputs/wait-inputs.ts';
import { lookOutside } from '../deployment/outside-change/look.ts';
import { callsForDeployment, reportOutsideChanges } from '../deployment/outside-change/on-outside-change.ts';
import { withOutside } from '../deployment/report/outcome.ts';
import { deploymentOutputs, publishOutcomes } from '../deployment/report/publish-outcomes.ts';
import { applyTags, planTags, type TagPlan, tagLines } from '../deployment/service/set-tags.ts';
import { limited } from '../ecs/rate-limiter.ts';
import { allowedAccountIds, clusterInput, regionInput } from '../inputs/common.ts';
import { boolean, text } from '../inputs/kinds.ts';
import * as patterns from '../inputs/patterns.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import type { OutsideChange } from '../record/outside-change.ts';

const inputs = {
  'service-name': text({
    required: true,
    pattern: patterns.service,
    description: 'The Express service, by name or ARN. It is created if it does not exist.',
    example: 'web',
  }),
  ...expressInputs,
  cluster: clusterInput,
  region: regionInput,
  'allowed-account-ids': allowedAccountIds,
  'force-new-deployment': forceNewDeployment,
  'on-outside-change': onOutsideChange,
  ...followInputs,
  'rollback-on': rollbackOn,
  'dry-run': boolean({
    default: 'false',
    description: 'Print what would be created or updated, and exit without changing anything.',
  }),
};

const outputs = {
  ...deploymentOutputs,
  ...outsideOutputs,
  endpoint: { description: 'The host name of the service, as reported by ECS.' },
  url: { description: 'The same as a URL: `https://…`.' },
};

export const deployExpressService = defineOperation({
  name: 'deploy-express-service',
  title: 'Deploy an Amazon ECS Express Mode service',
  description:
    'Creates an Express service, or updates it if anything changed, with one call, and follows the resulting deployment until it is live or has failed.',
  promises: [
    'Green means that the deployment this run created is live (or that it already was, and there was nothing to do).',
    'Inputs that are not set change nothing: environment variables, secrets, sizes and scaling stay as they are.',
    outsideChangePromise,
    'On failure, the log and the summary show the verdict, why the tasks stopped, their exit codes and the last lines of their logs.',
    'On cancel, the outputs and the summary are written within a second and report what is still in progress; running the step again picks it up.',
  ],
  inputs,
  outputs,
  permissions: expressPermissions,
  errors: [
    ...watchErrors,
    'TOO_MANY_DEPLOYMENTS',
    'ROLE_NOT_PASSABLE',
    'OUTCOME_UNKNOWN',
    'ROLLBACK_IMPOSSIBLE',
  ],
  branding: { icon: 'zap', color: 'blue' },
  check: (given) => [...checkFollow(given), ...checkExpress(given)],

  async run(call) {
    const { inputs: given, world } = call;
    const ecs = limited(await world.aws.ecs(), world.clock);
    const run = beginRun(call, ecs);
    const found = await findExpress(given, ecs, world);
    const { plan, outside, isForced } = await planOf(call, run, found);
    const tags = tagPlanOf(call, found);
    if (given.dryRun) {
      await call.output('outside-changes', outsideOutput([{ outside }]));
      return sayPlan(call, found, plan, tags);
    }

    let url: string | undefined;
    if (found.kind === 'there') {
      await call.output('service-arn', found.target.service.serviceArn ?? '');
      url = await tellEndpoint(call, found.configuration);
      for (const line of tags ? tagLines(tags) : []) world.host.log.info(line);
      if (tags)
        await applyTags(tags, found.target.service.serviceArn ?? '', {
          ecs,
          signal: world.host.cancellation,
        });
    }
    if (plan.kind === 'update') for (const line of plan.lines) world.host.log.info(line);
    const options = waitOptionsOf(given);
    const deploy = (now: Found, next: ExpressPlan, noteMade = async (_id: string) => {}) =>
      deployExpress(
        run,
        now,
        next,
        options,
        async ({ service, configuration }) => {
          if (now.kind === 'missing') await call.output('service-arn', service.serviceArn ?? '');
          url ??= await tellEndpoint(call, configuration);
        },
        async (ours) => {
          await call.output('task-definition-arn', ours.taskDefinition);
          await call.output('deployment-id', ours.deploymentId);
          await noteMade(ours.deploymentId);
        },
      );
    let outcome =
      isForced && found.kind === 'there'
        ? await (await import('../deployment/express/force.ts')).forceExpressOnce(
            run,
            found,
            plan,
            given,
            deploy,
          )
        : await deploy(found, plan);
    if (outcome.error && mustRollBack(outcome, given.rollbackOn))
      outcome = await undoExpress(run, found, plan, outcome, options);
    if (!outcome.error && url !== undefined) {
      const answers = `${outcome.service} answers at ${url}`;
      world.host.log.info(answers);
      call.record.summary({ kind: 'paragraph', text: answers });
    }
    outcome = withOutside(outcome, outside);
    await call.output('outside-changes', outsideOutput([outcome]));
    await clearAway(run);
    await publishOutcomes(call, [outcome]);
  },
});

type ThisCall = Call<typeof inputs, typeof outputs>;

interface Planned {
  readonly plan: ExpressPlan;
  readonly outside: readonly OutsideChange[];
  /** The update says nothing new: it only starts a deployment. */
  readonly isForced: boolean;
}

async function planOf({ inputs: given, world }: ThisCall, run: Run, found: Found): Promise<Planned> {
  if (found.kind === 'missing') {
    const plan = planCreation(given, { cluster: found.cluster, serviceName: found.name });
    return { plan, outside: [], isForced: false };
  }
  const { target } = found;
  const asked = given.forceNewDeployment;
  const plan = planExpressUpdate(given, target.service, found, asked);
  if (plan.kind === 'update') return { plan, outside: [], isForced: asked };
  const outside = await lookOutside(target, run.ecs, world);
  reportOutsideChanges(outside, given.onOutsideChange, world);
  const isForced =
    callsForDeployment(outside, given.onOutsideChange) || carriesMark(target.service, world.host.run);
  return { plan: isForced ? planExpressUpdate(given, target.service, found, true) : plan, outside, isForced };
}

const tagPlanOf = ({ inputs: given }: ThisCall, found: Found): TagPlan | undefined =>
  found.kind === 'there' && given.mutateTagsOnUpdate
    ? planTags(found.express.tags ?? [], given.tags ?? [])
    : undefined;

async function tellEndpoint(call: ThisCall, configuration: ExpressGatewayServiceConfiguration) {
  const endpoint = endpointOf(configuration);
  if (endpoint === undefined) return undefined;
  const url = urlOf(endpoint);
  await call.output('endpoint', endpoint);
  await call.output('url', url);
  return url;
}

function sayPlan(call: ThisCall, found: Found, plan: ExpressPlan, tags: TagPlan | undefined): void {
  const { log } = call.world.host;
  const name = found.kind === 'there' ? found.target.name : found.name;
  const lines = [...(plan.kind === 'update' ? plan.lines : []), ...(tags ? tagLines(tags) : [])];
  for (const line of lines) log.info(line);
  const sentence = expressPlanSentence(plan);
  log.info(`${name}: ${sentence}`);
  // Requests hold the values of variables: what changes is in the lines, without them.
  call.record.noteService({
    cluster: found.kind === 'there' ? found.target.cluster : found.cluster,
    service: name,
    plan: { kind: plan.kind, sentence, changes: lines, warnings: [] },
  });
}
