import type { TwinScenario } from '../scenario.ts';
import { deployScenarios } from './deploy.ts';
import { expressScenarios } from './express.ts';
import { loginScenarios } from './login.ts';
import { renderScenarios } from './render.ts';

export const scenarios: readonly TwinScenario[] = [
  ...loginScenarios,
  ...renderScenarios,
  ...deployScenarios,
  ...expressScenarios,
];
