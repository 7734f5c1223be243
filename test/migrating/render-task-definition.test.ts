import { renderTaskDefinition } from '@landfall/generator/migrating/rows/amazon-ecs-render-task-definition';
import { stringify } from 'yaml';
import { createAccount, oneStep, taskDefinition } from './account.ts';
import { proves } from './proofs.ts';

const files = {
  'task.json': JSON.stringify(taskDefinition(1)),
  'task.yaml': stringify({ taskDefinition: taskDefinition(1) }),
};

proves(renderTaskDefinition, async (scenario) => {
  const account = await createAccount();
  for (const cpu of [1, 2]) await account.ask('RegisterTaskDefinition', taskDefinition(1, { cpu }));
  const source =
    scenario.startsWith('by ') || scenario === 'no revision' ? {} : { 'task-definition': 'task.json' };
  return oneStep({ account, files, with: { 'container-name': 'app', image: 'example/web:3', ...source } });
});
