import { ecs } from '../ecs/module.ts';
import type { ServiceModule } from '../shared/service-module.ts';
import { type CodeDeployService, createCodeDeploy } from './codedeploy-service.ts';
import { requests } from './requests.ts';

export const codedeploy: ServiceModule<CodeDeployService> = {
  name: 'codedeploy',
  title: 'CodeDeploy',
  protocol: { kind: 'json-1.1', target: 'CodeDeploy_20141006' },
  requests,
  create: (parts) => createCodeDeploy({ ...parts, taskSets: parts.shared(ecs.create).taskSets }),
};
