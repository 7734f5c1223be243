import codedeploy from './extract/codedeploy.json' with { type: 'json' };
import ecr from './extract/ecr.json' with { type: 'json' };
import ecrPublic from './extract/ecr-public.json' with { type: 'json' };
import ecs from './extract/ecs.json' with { type: 'json' };
import elasticloadbalancing from './extract/elasticloadbalancing.json' with { type: 'json' };
import iam from './extract/iam.json' with { type: 'json' };
import logs from './extract/logs.json' with { type: 'json' };
import s3 from './extract/s3.json' with { type: 'json' };
import secretsmanager from './extract/secretsmanager.json' with { type: 'json' };
import ssm from './extract/ssm.json' with { type: 'json' };
import sts from './extract/sts.json' with { type: 'json' };
import type { ApiModel } from './model.ts';

/** AWS's models by the sandbox's name of the service. */
export const models: Readonly<Record<string, ApiModel>> = {
  codedeploy,
  ecr,
  'ecr-public': ecrPublic,
  ecs,
  elasticloadbalancing,
  iam,
  logs,
  s3,
  secretsmanager,
  ssm,
  sts,
} as unknown as Readonly<Record<string, ApiModel>>;
