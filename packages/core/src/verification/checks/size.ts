import { cpuUnits, memoryMebibytes } from '../../task-definition/parse/task-size.ts';
import { type Check, error, ok, skip } from '../check.ts';
import { networkModeOf, onFargate, type Subject } from '../subject.ts';

/**
 * The sizes of Fargate, memory in MiB by CPU units; 256 has 512 besides.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
const sizes: Readonly<Record<string, readonly [least: number, most: number, step: number]>> = {
  256: [1024, 2048, 1024],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
};
const largest = 16_384;

/** What Fargate asks of a task definition: a size that it has, and the network mode awsvpc. */
export function checkSize(subject: Subject): readonly Check[] {
  const { cpu, memory, requiresCompatibilities } = subject.taskDefinition;
  const name = `task ${cpu ?? 'no cpu'} / ${memory ?? 'no memory'}`;
  if (!onFargate(subject)) return [skip('size', name, 'does not run on Fargate, so any size is valid')];
  const checks: Check[] = [sizeCheck(name, cpu, memory)];
  if (requiresCompatibilities?.length && !requiresCompatibilities.includes('FARGATE')) {
    checks.push(
      error(
        'size',
        'requiresCompatibilities',
        `is ${requiresCompatibilities.join(', ')}, but the service runs on Fargate`,
        'Add FARGATE to requiresCompatibilities.',
      ),
    );
  }
  if (networkModeOf(subject) !== 'awsvpc') {
    checks.push(
      error(
        'size',
        'networkMode',
        `is ${networkModeOf(subject)}, but Fargate runs tasks in the network mode awsvpc only`,
        'Set networkMode to awsvpc.',
      ),
    );
  }
  return checks;
}

function sizeCheck(name: string, cpu: string | undefined, memory: string | undefined): Check {
  if (cpu === undefined || memory === undefined) {
    return error('size', name, 'has no size, and Fargate needs both', 'Set cpu and memory of the task.');
  }
  const units = Number(cpuUnits(cpu));
  const mebibytes = Number(memoryMebibytes(memory));
  if (units > largest)
    return skip('size', name, `is larger than the sizes known here (${largest} CPU units)`);
  const size = sizes[String(units)];
  if (!size) {
    return error(
      'size',
      name,
      `is not a Fargate size: Fargate has no task with ${cpu} CPU units`,
      `Set cpu to one of ${Object.keys(sizes).join(', ')}.`,
    );
  }
  const [least, most, step] = size;
  const good =
    (units === 256 && mebibytes === 512) ||
    (mebibytes >= least && mebibytes <= most && (mebibytes - least) % step === 0);
  if (good) return ok('size', name, 'is a valid Fargate size');
  const from = units === 256 ? '512, or ' : '';
  return error(
    'size',
    name,
    `is not a Fargate size: ${units} CPU units cannot be combined with ${memory} of memory`,
    `Set memory to ${from}${least} to ${most} in steps of ${step}.`,
  );
}
