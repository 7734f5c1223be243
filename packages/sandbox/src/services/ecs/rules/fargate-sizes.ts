/**
 * The sizes Fargate has. Memory in MiB by CPU units.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
const SIZES: ReadonlyMap<number, { readonly least: number; readonly most: number; readonly step: number }> =
  new Map([
    [256, { least: 512, most: 2_048, step: 512 }],
    [512, { least: 1_024, most: 4_096, step: 1_024 }],
    [1_024, { least: 2_048, most: 8_192, step: 1_024 }],
    [2_048, { least: 4_096, most: 16_384, step: 1_024 }],
    [4_096, { least: 8_192, most: 30_720, step: 1_024 }],
    [8_192, { least: 16_384, most: 61_440, step: 4_096 }],
    [16_384, { least: 32_768, most: 122_880, step: 8_192 }],
  ]);

/** Whether Fargate has such a task. `1 vCPU` and `2 GB` are allowed as well as units and MiB. */
export function fargateMemory(cpu: string, memory: string): boolean {
  const units = cpuUnits(cpu);
  const mebibytes = memoryMebibytes(memory);
  const size = SIZES.get(units);
  if (size === undefined || mebibytes < size.least || mebibytes > size.most) return false;
  return units === 256 ? [512, 1_024, 2_048].includes(mebibytes) : (mebibytes - size.least) % size.step === 0;
}

/** CPU units of `256` or `.25 vCPU`; NaN of what is neither. */
export const cpuUnits = (text: string): number => amount(text, /^([\d.]+)\s*vcpu$/i);
/** MiB of `512` or `0.5 GB`; NaN of what is neither. */
export const memoryMebibytes = (text: string): number => amount(text, /^([\d.]+)\s*gb$/i);

function amount(text: string, unit: RegExp): number {
  const match = unit.exec(text.trim());
  return match === null ? Number(text.trim() || Number.NaN) : Number(match[1]) * 1_024;
}
