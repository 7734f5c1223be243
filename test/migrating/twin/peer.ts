import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationName } from '@landfall/core/operations/index';

/** The operation that takes the inputs of each action. */
export const peerActions = {
  'amazon-ecr-login': 'ecr-login',
  'amazon-ecs-render-task-definition': 'render-task-definition',
  'amazon-ecs-deploy-task-definition': 'deploy-service',
  'amazon-ecs-deploy-express-service': 'deploy-express-service',
} as const satisfies Readonly<Record<string, OperationName>>;

export type PeerActionName = keyof typeof peerActions;

interface PeerAction {
  readonly name: PeerActionName;
  readonly version: string;
  /** A checkout, with the bundle of its release. */
  readonly folder: string;
}

/** @throws an Error where the folder holds no action that is compared */
export function readPeer(folder: string): PeerAction {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const known = String(name).replace(/^aws-actions-/, '');
  if (!isPeer(known))
    throw new Error(`${folder} holds ${name}, which is none of ${Object.keys(peerActions)}.`);
  return { name: known, version, folder };
}

const isPeer = (name: string): name is PeerActionName => name in peerActions;
