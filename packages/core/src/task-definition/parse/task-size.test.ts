import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cpuUnits, memoryMebibytes } from './task-size.ts';

test.each([
  ['1 vCPU', '1024'],
  ['.5 vCPU', '512'],
  ['0.25vcpu', '256'],
  ['16 VCPU', '16384'],
  [256, '256'],
  ['256', '256'],
])('a CPU of %s is %s units', (given, units) => {
  expect(cpuUnits(given)).toBe(units);
});

test.each([
  ['2 GB', '2048'],
  ['0.5GB', '512'],
  ['30 gb', '30720'],
  [512, '512'],
])('a memory of %s is %s MiB', (given, mebibytes) => {
  expect(memoryMebibytes(given)).toBe(mebibytes);
});

test.each(['1 GiB', 'much', '0.3 GB', '-1 GB', '1e3 GB', 'GB', ''])(
  '%j is left to ECS, which says why it is refused',
  (given) => {
    expect(memoryMebibytes(given)).toBe(given);
  },
);

test('units, in whichever way they are written, are those units', () => {
  // 1/1024 of a unit has more decimals than ECS documents; a quarter is the least that Fargate takes.
  const quarters = fc.integer({ min: 1, max: 4 * 120 });
  fc.assert(
    fc.property(quarters, fc.constantFrom('', ' ', '  '), (count, space) => {
      const [amount, units] = [count / 4, String(count * 256)];
      expect(cpuUnits(`${amount}${space}vCPU`)).toBe(units);
      expect(memoryMebibytes(`${amount}${space}GB`)).toBe(units);
      expect(cpuUnits(units)).toBe(units);
      expect(memoryMebibytes(Number(units))).toBe(units);
    }),
  );
});
