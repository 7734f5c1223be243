import type { Environment } from './settings.ts';

/** The region of the profile in the shared configuration files, for a terminal where no variable names one. */
export async function regionOfProfile(env: Environment): Promise<string | undefined> {
  // The SDK's own reader of these files; it is in the bundle because every client holds it.
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    ...(env.AWS_CONFIG_FILE && { configFilepath: env.AWS_CONFIG_FILE }),
    ...(env.AWS_SHARED_CREDENTIALS_FILE && { filepath: env.AWS_SHARED_CREDENTIALS_FILE }),
  });
  const profile = env.AWS_PROFILE || 'default';
  return configFile[profile]?.region || credentialsFile[profile]?.region || undefined;
}
