import model from '../../models/extract/ecr.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import type { KnownWords, RequestRules } from '../../models/request-rules.ts';

/** https://github.com/int128/create-ecr-repository-action/issues/231 */
const repositoryName: KnownWords = {
  code: 'InvalidParameterException',
  message:
    "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''",
};

export const requests: RequestRules = {
  model: model as unknown as ApiModel,
  refusal: {
    code: 'InvalidParameterException',
    message: ({ path, rule }) => `Invalid parameter at '${path}' failed to satisfy constraint: '${rule}'`,
    seen: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html#API_CreateRepository_Errors',
  },
  knownWords: {
    'pattern repositoryName': repositoryName,
    'length repositoryName': repositoryName,
    'pattern repositoryNames': repositoryName,
    'length repositoryNames': repositoryName,
  },
};
