import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createLocalAws } from '@landfall/sandbox/sandbox';
import { services } from '@landfall/sandbox/services/services';
import { botocoreData, botocoreVersion } from '../tools/tools.ts';
import { asText, extract, type ServiceModel } from './extract.ts';

export const modelFolder = 'packages/sandbox/src/models/extract';

/** The requests of ECS whose shape service definitions and parts of a manifest have. */
const manifestModel = 'packages/core/src/ecs/api-model.json';
const manifestRequests = ['CreateService', 'RunTask'];

/** The extracts as botocore has them now: the text of each file by its path in the repository. */
export async function modelFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const data = await botocoreData(root);
  const aws = createLocalAws({ clock: 'virtual' });
  const files = new Map<string, string>();
  for (const { name: service, botocore: name = service } of services) {
    const version = (await readdir(join(data, name)))
      .filter((entry) => /^\d/.test(entry))
      .sort()
      .at(-1)!;
    const packed = await readFile(join(data, name, version, 'service-2.json.gz'));
    const model: ServiceModel = JSON.parse(gunzipSync(packed).toString('utf8'));
    const source = `botocore ${botocoreVersion} ${name} ${version}`;
    files.set(join(modelFolder, `${service}.json`), asText(extract(model, source, aws.operations(service))));
    if (service === 'ecs') files.set(manifestModel, asText(extract(model, source, manifestRequests)));
  }
  await aws.close();
  return files;
}
