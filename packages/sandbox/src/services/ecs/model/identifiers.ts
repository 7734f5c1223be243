/** Identifiers in the forms ECS gives them, from the sandbox's own source of chance. */
export interface Identifiers {
  /** 32 hexadecimal digits: a task. */
  task(): string;
  /** 19 digits: what follows `ecs-svc/` and ends the service revision's ARN. */
  deployment(): string;
  /** 21 characters: a service deployment. */
  serviceDeployment(): string;
  /** A UUID: a service event, a container, an attachment, a hook. */
  uuid(): string;
}

const URL_SAFE = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-';

export function identifiersFrom(random: () => number): Identifiers {
  const word = (): string =>
    Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  const digits = (count: number): string => String(Math.floor(random() * 10 ** count)).padStart(count, '0');
  return {
    task: () => word() + word() + word() + word(),
    deployment: () => `${1 + Math.floor(random() * 9)}${digits(9)}${digits(9)}`,
    serviceDeployment: () => {
      let id = '';
      for (let index = 0; index < 21; index += 1) id += URL_SAFE[Math.floor(random() * 64)];
      return id;
    },
    uuid: () => {
      const hex = word() + word() + word() + word();
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}
