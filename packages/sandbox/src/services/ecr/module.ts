import type { ServiceModule } from '../shared/service-module.ts';
import { ecrPartsOf } from './ecr-parts.ts';
import { createEcrService, type EcrService } from './ecr-service.ts';
import { requests } from './requests.ts';

export const ecr: ServiceModule<EcrService> = {
  name: 'ecr',
  title: 'ECR',
  protocol: { kind: 'json-1.1', target: 'AmazonEC2ContainerRegistry_V20150921' },
  requests,
  create: (parts) => createEcrService(ecrPartsOf(parts)),
};
