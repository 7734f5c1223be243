import model from '../../models/extract/secretsmanager.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import type { ServiceModule } from '../shared/service-module.ts';
import { createSecrets } from './secrets.ts';
import { createSecretsManagerService } from './secrets-manager-service.ts';

export const secretsManager: ServiceModule = {
  name: 'secretsmanager',
  title: 'Secrets Manager',
  protocol: { kind: 'json-1.1', target: 'secretsmanager' },
  requests: {
    model: model as unknown as ApiModel,
    refusal: { code: 'InvalidParameterException' },
  },
  create: (parts) => createSecretsManagerService({ ...parts, secrets: parts.shared(createSecrets) }),
};
