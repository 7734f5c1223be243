import { manifestShape, schemaUrl } from '@landfall/core/manifest/manifest-shape';
import type { ObjectShape } from '@landfall/core/manifest/shape/shape';
import { bullets, cell, code, fenced, generatedComment, page, table } from '../writing/markdown.ts';

/** `docs/manifest.md`: the keys of `landfall.yml`, a section for each map. @param example a whole manifest */
export const manifestPage = (example: string) =>
  page(
    '# The manifest: landfall.yml',
    generatedComment('packages/core/src/manifest/manifest-shape.ts'),
    'One file describes the services of an application, its migrations and schedules, and what differs in each environment. [`check-manifest`](../actions/check-manifest/README.md) checks it without credentials.',
    fenced('yaml', example),
    `The first line tells editors the [schema](${schemaUrl}): they complete keys and mark mistakes. The npm package has it as \`landfall.schema.json\`.`,
    '## Environments',
    'An environment is all services and tasks, with what it says over them. Maps merge deeply; a list, like a text or number, replaces the whole of what was there. For each field of a service, later ones win:',
    bullets([
      '`defaults`',
      '`services.<name>`',
      '`environments.<environment>.cluster`',
      '`environments.<environment>.services.<name>`',
    ]),
    '## Variables',
    'A template uses variables by their name ([templates.md](templates.md)). Everywhere else `${name}` in a text is filled in, in a task definition file too; write `$${name}` for the text itself. A text that is one `${name}` becomes the value, a number or a list too. Variables may use each other. For each variable, later ones win:',
    bullets([
      'what Landfall knows: `environment`, `service` and `item` (both the key of the service or task), `image` (the input), `commit`',
      '`vars`',
      '`services.<name>.vars`',
      '`environments.<environment>.vars`',
      '`environments.<environment>.services.<name>.vars`',
      'the input `vars`',
      'environment variables of the process, only those that the input `env-vars` lists',
    ]),
    'A value of the input `vars` or of the process is a number or boolean where YAML would read one, and otherwise text; a `${name}` in it stays as it is.',
    `\`landfall check-manifest --explain web.cpu\` prints where a value comes from: \`web.cpu = 96 from environments.dev.services.web.vars, landfall.yml:31\`, and what it replaced.`,
    '## Plan, review, deploy',
    '`plan-manifest` with `output-file: plan.json` saves what it has shown, and `deploy-manifest` with `plan: plan.json` and the same inputs deploys exactly that. If a file, a variable, a service or what would be done to it has changed since, nothing is deployed, and `PLAN_STALE` names what it was. The number of tasks may have changed, unless the manifest sets it. What was planned and is done already, such as by a run that was killed, is not done again. Values that the plan does not show are saved as hashes.',
    '## Ownership',
    'A service that a run creates carries the tag `landfall:manifest`, whose value is the name of the manifest and the environment: `shop/dev`. With `adopt: true`, a service without this tag gets it; otherwise it is deployed and not owned, and the log says so. A service that carries the tag of another manifest or environment is never deployed: `CONFLICT` names its owner.',
    'With `prune: true`, a green deployment ends with the deletion of the services that the environment owns and the file no longer describes, also those that are `disabled`. Only the clusters of the services and tasks that the file describes are searched. A service that runs tasks, or wants to, is refused with `SERVICE_IN_USE` before anything is deployed; an environment with `protect: true` is never pruned.',
    '[`destroy-environment`](../actions/destroy-environment/README.md) deletes everything that an environment owns, in the reverse order of the waves; `confirm` repeats its name. What it does not own is named and left, and an environment with `protect: true` is refused.',
    '## Services that are stopped first',
    'A service with `stopBeforeDeploy: true`, such as a worker that must be the only writer, is scaled to zero before a deployment of it starts, and updated once every task of it has stopped; the update sets the count again. How many tasks are to run again is noted in the tag `landfall:stopped` before the service is scaled: if the run is killed, the next run starts them. A rollback by `on-failure` or `rollback-on` stops the new version first, too. What ECS starts by itself is not stopped first: set `maximumPercent: 100` and `minimumHealthyPercent: 0`, so that a rollback by the circuit breaker does not run two versions at once. It is for services with rolling deployments by ECS.',
    '## Schedules',
    'A schedule of [EventBridge Scheduler](https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html) starts a task at a time or an interval:',
    fenced(
      'yaml',
      `schedules:
  nightly:
    taskDefinition: ecs/batch.json
    at: cron(0 18 * * ? *)
    timezone: Asia/Tokyo
    role: arn:aws:iam::123456789012:role/scheduler
    deadLetter: arn:aws:sqs:eu-west-1:123456789012:lost-schedules
    task: { count: 1, launchType: EC2 }`,
    ),
    'Schedules are written when every service of the deployment is live, each with the revision that this deployment registered for it, and read again. They are in the group `landfall-<manifest>-<environment>`, which is created when it is missing and carries the tag `landfall:manifest`; a group with another tag, or with none, is refused with `CONFLICT`. What the manifest does not say of a schedule is not changed. A schedule that someone has disabled stays disabled and gets the new revision, unless `state` says otherwise. `prune: true` deletes the schedules of the group that the file no longer describes; a run that selects `services` or `groups` leaves all schedules as they are.',
    'A task that cannot be started, for lack of capacity or of a permission of the role, leaves no trace but a metric: name a queue with `deadLetter`, or write `none` and accept that. The role needs `ecs:RunTask` on the family, `iam:PassRole` for the roles of the task definition, `ecs:TagResource` for tags, and `sqs:SendMessage` for the queue. [`run-scheduled-task`](../actions/run-scheduled-task/README.md) runs the task of a schedule now, with exactly its parameters, and reports how it ends: a test of a schedule that does not wait for the night.',
    '## One run at a time',
    '`deploy-manifest` and `destroy-environment` lock the environment while they work. A second run waits for `lock-timeout` and then ends with `ENVIRONMENT_BUSY`, which names the other run, its URL and since when it works. The lock is on the clusters of the environment, whichever services are selected: each run writes a tag of its own, `landfall:lock:<manifest>/<environment>:…`, and holds the lock once it reads this tag and no other. ECS cannot write a tag on a condition, but of two runs, the one that wrote later reads the tag of the other; where both read both, the younger removes its tag and waits. The lock is renewed every five minutes, and removed at the end and on cancel. What a killed run left is broken 20 minutes after it was last renewed; running the same step again takes it over at once. `lock: false` needs no permissions on the cluster.',
    '## Files of wacul/aws-ecs',
    'The inputs `services-yaml` and `environment-yaml` take the two files of [wacul/aws-ecs](https://github.com/wacul/aws-ecs), unchanged, instead of a manifest. Names, counts, order and the environment variables that it adds to containers stay the same, and so does its rule for variables: every text is a template, a map or list replaces the whole of what was there, and an environment variable wins wherever a template names it. What differs:',
    bullets([
      '`PLACEMENT_STRATEGY` and `PLACEMENT_CONSTRAINTS` in containers are `true`, not the text of a Python list.',
      'A variable that a container sets itself is not added a second time.',
      'An environment variable `environment` changes the environment of everything, `ENVIRONMENT` in containers too.',
      '`scheduledTasks` are not deployed, and a warning says so: describe them as `schedules` of a manifest.',
      'YAML 1.2 is read: `yes` and `on` are texts, which flags such as `registrator` still take for true.',
    ]),
    '[`convert-manifest`](../actions/convert-manifest/README.md) writes a manifest from these files.',
    '## Starting from what there is',
    '`convert-manifest` also writes a manifest and task definitions from a Compose file, or from services that run:',
    fenced(
      'sh',
      `landfall convert-manifest --name shop --from-compose compose.yml
landfall convert-manifest --name shop --cluster production --services web,worker`,
    ),
    'Of a Compose file, `depends_on` becomes waves, a service that has to complete becomes a task before its wave, and variables stay variables; whatever has no counterpart on Fargate is listed. Of services that run, the next plan changes nothing. [One file, three environments](environments.md) continues from there.',
    '## Keys',
    ...sectionsOf(described(manifestShape.described)),
  );

/** The maps with keys of their own, each before those that it holds. */
function described(first: ObjectShape | undefined, found = new Map<string, ObjectShape>()) {
  if (!first || found.has(first.name)) return found;
  found.set(first.name, first);
  for (const { shape } of Object.values(first.fields)) described(shape.described, found);
  return found;
}

const sectionsOf = (shapes: ReadonlyMap<string, ObjectShape>) =>
  [...shapes.values()].flatMap(({ name, description, fields }) => [
    `### ${name}`,
    description,
    table(
      ['Key', 'Type', 'Description'],
      Object.entries(fields).map(([key, { shape, description: text, required }]) => [
        code(key),
        shape.type,
        cell(`${text}${required ? ' Required.' : ''}`),
      ]),
    ),
  ]);
