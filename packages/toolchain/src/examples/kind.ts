import { parse } from 'yaml';
import type { Example } from './extract.ts';

export type Kind =
  | 'workflow'
  | 'workflow-steps'
  | 'orb-config'
  | 'gitlab-pipeline'
  | 'buildspec'
  | 'cloudformation'
  | 'task-definition'
  | 'manifest'
  | 'yaml'
  | 'json'
  | 'shell'
  | 'text';

/** What an example is, by its language and its own keys. An unparsable one is `yaml` or `json`, whose check says so. */
export function kindOf({ language, text }: Example): Kind {
  if (['sh', 'bash', 'shell', 'console'].includes(language)) return 'shell';
  if (language === 'json' || language === 'jsonc') return 'json';
  if (language !== 'yaml' && language !== 'yml') return 'text';
  let value: unknown;
  try {
    value = parse(text, { logLevel: 'silent' });
  } catch {
    return 'yaml';
  }
  if (Array.isArray(value)) return value.some(isWorkflowStep) ? 'workflow-steps' : 'yaml';
  if (typeof value !== 'object' || value === null) return 'yaml';
  if ('landfall' in value) return 'manifest';
  if ('Resources' in value) return 'cloudformation';
  if ('jobs' in value && 'on' in value) return 'workflow';
  if ('version' in value && ('phases' in value || 'batch' in value)) return 'buildspec';
  if ('version' in value && ('orbs' in value || 'workflows' in value || 'jobs' in value)) return 'orb-config';
  if (Object.values(value).some(isPipelineJob)) return 'gitlab-pipeline';
  return 'yaml';
}

const isWorkflowStep = (step: unknown) =>
  typeof step === 'object' && step !== null && ('uses' in step || 'run' in step);

const isPipelineJob = (job: unknown) =>
  typeof job === 'object' && job !== null && ('script' in job || 'extends' in job) && !('image' in job);
